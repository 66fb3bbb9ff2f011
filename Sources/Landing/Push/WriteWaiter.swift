internal import Git
internal import Synchronization

/// The caller that waits for the result of a write.
protocol WriteWaiter: Sendable {
  /// Whether the result is still wanted. A write without a waiting caller is not pushed.
  var isWaiting: Bool { get }
  /// Records what the push that begins now will have landed, for the case that it is interrupted
  /// before it is read back.
  func willPush(_ receipt: Receipt)
  /// Gives the result; only the first one counts.
  func answer(_ result: Result<Receipt, LandingError>)
  /// Gives an error that says nothing about the write itself, such as a server that cannot be
  /// reached: a caller in another process then tries it there.
  func fail(_ error: LandingError)
}

/// A write that waits for its push.
struct PendingWrite: Sendable {
  let options: LandingOptions
  let changes: @Sendable (Snapshot) throws -> [Change]
  /// The write as a value, where it is one.
  let request: LandingRequest?
  let waiter: any WriteWaiter
}

/// A task of this process that waits for the result of its write.
final class LocalWaiter: WriteWaiter {
  private enum State {
    case initial
    case waiting(CheckedContinuation<Receipt, any Error>)
    case answered(Result<Receipt, LandingError>)
  }

  private let state = Mutex(State.initial)
  private let isAbandoned = Atomic(false)
  private let lastPush = Mutex<ObjectID?>(nil)

  /// The commit of the last push that included the write.
  var pushed: ObjectID? { lastPush.withLock { $0 } }

  var isWaiting: Bool {
    if isAbandoned.load(ordering: .acquiring) { return false }
    return state.withLock { state in
      if case .answered = state { false } else { true }
    }
  }

  /// Notes that the task has given up; it is answered as soon as no other process can push the
  /// write any more.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }

  func willPush(_ receipt: Receipt) { lastPush.withLock { $0 = receipt.commit } }

  func fail(_ error: LandingError) { answer(.failure(error)) }

  func answer(_ result: Result<Receipt, LandingError>) {
    let continuation: CheckedContinuation<Receipt, any Error>? = state.withLock { state in
      switch state {
      case .answered: return nil
      case .initial:
        state = .answered(result)
        return nil
      case .waiting(let continuation):
        state = .answered(result)
        return continuation
      }
    }
    continuation?.resume(with: result.mapError { $0 })
  }

  /// Waits for the result.
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
