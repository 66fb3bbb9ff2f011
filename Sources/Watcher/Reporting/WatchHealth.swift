internal import Landing
internal import Synchronization
internal import Verification

/// What an orchestrator asks of the watcher.
package final class WatchHealth: Sendable {
  private struct State {
    var lastAnswer: ContinuousClock.Instant?
    var lastBeat = ContinuousClock.now
    var problem: String?
    var acts = false
    /// What is known of the state stores; empty before the first look, and on standby.
    var stores: [String: LandingError?] = [:]
    /// What can be said of the platform by itself.
    var platform: [ReadinessCheck] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// How long the API server may be away before the watcher is not ready.
  private static let answerAge: Duration = .seconds(15)
  /// How long the loop that renews the Lease may be silent before the process counts as stuck.
  private static let beatAge: Duration = .seconds(120)

  /// The API server was asked about the Lease.
  package func asked(acts: Bool, problem: String?) {
    state.withLock { state in
      state.lastBeat = .now
      state.acts = acts
      if !acts { state.stores = [:] }
      state.problem = problem
      if problem == nil { state.lastAnswer = .now }
    }
  }

  /// Why the watcher knows nothing at present; `nil` when it works, or stands by.
  package var problem: String? {
    state.withLock { state in
      guard let last = state.lastAnswer, .now - last < Self.answerAge else {
        return state.problem ?? "the API server has not answered yet"
      }
      return nil
    }
  }

  /// The branches were looked at.
  ///
  /// - Parameter stores: By state store, why it could not be read; `nil` where it could.
  func looked(at stores: [String: LandingError?]) { state.withLock { $0.stores = stores } }

  /// The platform was read.
  func read(_ platform: [ReadinessCheck]) { state.withLock { $0.platform = platform } }

  /// A line for each thing that is known, as Kubernetes' own servers write it.
  var lines: [String] {
    func line(_ name: String, _ problem: String?) -> String {
      problem.map { "[-]\(name) failed: \($0)" } ?? "[+]\(name) ok"
    }
    let api = line("api-server", problem)
    return state.withLock { state in
      [api, "[+]lease ok: \(state.acts ? "this replica acts" : "on standby")"]
        + state.stores.sorted { $0.key < $1.key }.map { line("store/\($0.key)", $0.value?.message) }
        + state.platform.map { line($0.name, $0.isPassed ? nil : $0.message) }
    }
  }

  /// Whether this replica acts.
  var acts: Bool { state.withLock { $0.acts } }

  /// Why the process is to be started again; `nil` when it works.
  var problemOfLife: String? {
    state.withLock { .now - $0.lastBeat < Self.beatAge ? nil : "the watcher is stuck" }
  }
}
