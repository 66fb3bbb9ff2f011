internal import Synchronization

/// Cancels a push as soon as no caller waits for its result.
///
/// It can be used from any thread: while a push is planned and packed, the thread of the state store
/// is busy.
final class PushCancellation: Sendable {
  private struct State {
    var callers: [ObjectIdentifier: LocalWaiter] = [:]
    var push: Task<Void, Never>?
  }

  private let state = Mutex(State())

  /// Sets the task that pushes; `nil` when it has ended.
  func set(_ push: Task<Void, Never>?) { state.withLock { $0.push = push } }

  /// Adds a caller.
  func add(_ caller: LocalWaiter) {
    state.withLock { $0.callers[ObjectIdentifier(caller)] = caller }
  }

  /// Removes a caller that has its result.
  func remove(_ caller: LocalWaiter) {
    state.withLock { $0.callers[ObjectIdentifier(caller)] = nil }
  }

  /// Notes that a caller has given up, and cancels the push when no other waits for it.
  func abandon(_ caller: LocalWaiter) {
    caller.abandon()
    state.withLock { state in
      guard !state.callers.values.contains(where: \.isWaiting) else { return }
      state.push?.cancel()
    }
  }
}
