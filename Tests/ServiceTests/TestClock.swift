import Foundation
import Landing
import Synchronization

/// Time that passes when the test says so.
final class TestClock: Sendable {
  private struct State {
    var now = ContinuousClock.now
    /// How far the date is from the real one.
    var dateOffset: TimeInterval = 0
    var last = 0
    var sleepers:
      [Int: (until: ContinuousClock.Instant, wake: CheckedContinuation<Void, any Error>)] =
        [:]
  }

  private let state = Mutex(State())
  private let (sleeps, sleep) = AsyncStream.makeStream(of: Duration.self)

  var dependencies: Dependencies {
    Dependencies(
      date: { self.date }, now: { self.state.withLock { $0.now } },
      sleep: { try await self.sleep(for: $0) }, randomUnit: { 0.5 })
  }

  var date: Date { Date() + state.withLock { $0.dateOffset } }

  /// Sets the date ahead, or back for what is less than zero, as who sets a clock does: no time passes.
  func setDate(ahead seconds: TimeInterval) { state.withLock { $0.dateOffset += seconds } }

  /// Waits until somebody goes to sleep for such a time.
  func nextSleep(_ isWanted: @Sendable (Duration) -> Bool) async {
    _ = await sleeps.first(where: isWanted)
  }

  /// Lets time pass, and wakes those whose time has come.
  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let due = state.sleepers.filter { $0.value.until <= state.now }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.wake)
    }
    for wake in due { wake.resume() }
  }

  private func sleep(for duration: Duration) async throws {
    let number = state.withLock { state in
      state.last += 1
      return state.last
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLock { $0.sleepers[number] = ($0.now + duration, continuation) }
        // The end may have come before anybody could be woken by it.
        if Task.isCancelled { wake(number, CancellationError()) } else { sleep.yield(duration) }
      }
    } onCancel: {
      wake(number, CancellationError())
    }
  }

  private func wake(_ number: Int, _ error: any Error) {
    state.withLock { $0.sleepers.removeValue(forKey: number) }?.wake.resume(throwing: error)
  }
}
