internal import Synchronization

/// Who in this process waits for writes to a state store, and the task that pushes them.
///
/// While that task plans and packs, the state store's thread has no time for anything else. So this
/// can be used from any thread: a caller that gives up ends a push that no other caller waits for.
final class Demand: Sendable {
  private struct State {
    var callers: [ObjectIdentifier: WaitingTask] = [:]
    var push: Task<Void, Never>?
  }

  private let state = Mutex(State())

  /// Notes the task that pushes; `nil` when it has ended.
  func set(_ push: Task<Void, Never>?) { state.withLock { $0.push = push } }

  /// Notes a caller.
  func add(_ caller: WaitingTask) {
    state.withLock { $0.callers[ObjectIdentifier(caller)] = caller }
  }

  /// Forgets a caller that has its answer.
  func remove(_ caller: WaitingTask) {
    state.withLock { $0.callers[ObjectIdentifier(caller)] = nil }
  }

  /// Notes that a caller has given up, and cancels the push when no other waits for it.
  func abandon(_ caller: WaitingTask) {
    caller.abandon()
    state.withLock { state in
      guard !state.callers.values.contains(where: \.isWaiting) else { return }
      state.push?.cancel()
    }
  }
}
