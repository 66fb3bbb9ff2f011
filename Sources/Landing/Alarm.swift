internal import Dispatch
internal import Synchronization

/// Wakes a task after a time, and leaves nothing behind when the task is cancelled before that.
///
/// `Task.sleep` keeps who was cancelled until the time would have come. At hundreds of requests a
/// second, each with a limit of half a minute that none of them reaches, those are ten thousand.
public enum Alarm {
  /// Sleeps.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  public static func sleep(for duration: Duration) async throws {
    let sleeper = Sleeper()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { sleeper.sleep(for: duration, $0) }
    } onCancel: {
      sleeper.wake(.failure(CancellationError()))
    }
  }
}

/// A task that sleeps.
private final class Sleeper: Sendable {
  private struct State {
    var isAwake = false
    var continuation: CheckedContinuation<Void, any Error>?
    var timer: (any DispatchSourceTimer)?
  }

  private let state = Mutex(State())

  func sleep(for duration: Duration, _ continuation: CheckedContinuation<Void, any Error>) {
    let isAwake = state.withLock { state in
      // Cancelled before it fell asleep.
      if state.isAwake { return true }
      let timer = DispatchSource.makeTimerSource()
      timer.setEventHandler { self.wake(.success(())) }
      timer.schedule(deadline: .now() + .nanoseconds(Int(clamping: duration.nanoseconds)))
      timer.resume()
      state.timer = timer
      state.continuation = continuation
      return false
    }
    if isAwake { continuation.resume(throwing: CancellationError()) }
  }

  func wake(_ result: Result<Void, any Error>) {
    let continuation = state.withLock { state in
      defer { state = State(isAwake: true) }
      state.timer?.cancel()
      return state.continuation
    }
    continuation?.resume(with: result)
  }
}

extension Duration {
  fileprivate var nanoseconds: Int128 { attoseconds / 1_000_000_000 }
}
