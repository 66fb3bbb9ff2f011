internal import Synchronization

/// What an orchestrator asks of the watcher.
package final class WatchHealth: Sendable {
  private struct State {
    var lastAnswer: ContinuousClock.Instant?
    var lastBeat = ContinuousClock.now
    var problem: String?
    var acts = false
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

  /// Whether this replica acts.
  var acts: Bool { state.withLock { $0.acts } }

  /// Why the process is to be started again; `nil` when it works.
  var problemOfLife: String? {
    state.withLock { .now - $0.lastBeat < Self.beatAge ? nil : "the watcher is stuck" }
  }
}
