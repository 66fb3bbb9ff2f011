internal import Git
internal import Synchronization

/// Whoever waits for the answer to a write.
protocol Asker: Sendable {
  /// Whether the answer is still wanted; what nobody waits for any more is not pushed.
  var isWaiting: Bool { get }
  /// Whether it is a task of this process.
  ///
  /// Other processes are told only what is certain of their write. What failed here may be the
  /// fault of this process's surroundings, and is left for them to try.
  var isHere: Bool { get }
  /// Takes note of what the push that begins now will have landed, for whoever takes over when this
  /// process dies before it can answer.
  func note(pushed receipt: Receipt)
  /// Gives the answer; only the first one counts.
  func answer(_ result: Result<Receipt, LandingError>)
}

/// A write that waits for its push.
struct PendingWrite: Sendable {
  let options: LandingOptions
  let changes: @Sendable (Snapshot) throws -> [Change]
  /// The write as a value, where it is one that another process could push.
  let request: LandingRequest?
  let asker: any Asker
  /// What another process was pushing for it when it died.
  var pushed: Receipt?
}

/// A task of this process that waits for the answer to its write.
final class WaitingTask: Asker {
  private enum State {
    case unasked
    case waiting(CheckedContinuation<Receipt, any Error>)
    case answered(Result<Receipt, LandingError>)
  }

  private let state = Mutex(State.unasked)
  private let isAbandoned = Atomic(false)
  private let lastPush = Mutex<ObjectID?>(nil)

  /// The commit of the last push that it went out with.
  var pushed: ObjectID? { lastPush.withLock { $0 } }

  var isHere: Bool { true }

  var isWaiting: Bool {
    if isAbandoned.load(ordering: .acquiring) { return false }
    return state.withLock { state in
      if case .answered = state { false } else { true }
    }
  }

  /// Notes that the task has given up; its answer follows when the write is out of the spool.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }

  func note(pushed receipt: Receipt) { lastPush.withLock { $0 = receipt.commit } }

  func answer(_ result: Result<Receipt, LandingError>) {
    let continuation: CheckedContinuation<Receipt, any Error>? = state.withLock { state in
      switch state {
      case .answered: return nil
      case .unasked:
        state = .answered(result)
        return nil
      case .waiting(let continuation):
        state = .answered(result)
        return continuation
      }
    }
    continuation?.resume(with: result.mapError { $0 })
  }

  /// Waits for the answer.
  ///
  /// - Throws: `LandingError`.
  func receipt() async throws -> Receipt {
    try await withCheckedThrowingContinuation { continuation in
      let answered: Result<Receipt, LandingError>? = state.withLock { state in
        if case .answered(let result) = state { return result }
        state = .waiting(continuation)
        return nil
      }
      if let answered { continuation.resume(with: answered.mapError { $0 }) }
    }
  }
}
