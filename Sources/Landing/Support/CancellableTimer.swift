internal import Dispatch
internal import Synchronization

/// Suspends a task for a time, and releases it at once when it is cancelled.
///
/// A cancelled `Task.sleep` stays in memory until its deadline. At hundreds of requests per second,
/// each with a time limit of half a minute that it does not reach, those are ten thousand.
package enum CancellableTimer {
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  package static func sleep(for duration: Duration) async throws {
    try await queue.sleep(for: duration)
  }

  private static let queue = TimerQueue()
}

/// Resumes all its sleepers by one timer, because setting a timer is the most expensive part.
final class TimerQueue: Sendable {
  private struct State {
    /// In the order of their times.
    var sleepers: [Sleeper] = []
    var lastNumber = 0
    let timer = DispatchSource.makeTimerSource()
    /// When the timer fires; it may be the time of a sleeper that was cancelled.
    var timerTime: ContinuousClock.Instant?

    /// Sets the timer to the time of the first sleeper, unless it fires earlier.
    mutating func setTimer() {
      guard let time = sleepers.first?.place.time else { return }
      if let timerTime, timerTime <= time { return }
      timerTime = time
      timer.schedule(deadline: .now() + .nanoseconds(Int(clamping: (time - .now).nanoseconds)))
    }
  }

  private let state = Mutex(State())

  init() {
    state.withLock { state in
      state.timer.setEventHandler { [weak self] in self?.wakeDue() }
      state.timer.activate()
    }
  }

  deinit { state.withLock { $0.timer.cancel() } }

  /// The number of sleepers.
  var sleeperCount: Int { state.withLock(\.sleepers.count) }

  /// - Throws: `CancellationError` as soon as the task is cancelled.
  func sleep(for duration: Duration) async throws {
    let place = place(after: duration)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        add(Sleeper(place: place, continuation: continuation))
        // Cancelled before it was added.
        if Task.isCancelled { cancel(place) }
      }
    } onCancel: {
      cancel(place)
    }
  }

  private func place(after duration: Duration) -> Sleeper.Place {
    state.withLock { state in
      state.lastNumber += 1
      return Sleeper.Place(time: .now + duration, number: state.lastNumber)
    }
  }

  private func add(_ sleeper: Sleeper) {
    state.withLock { state in
      state.sleepers.insert(sleeper, at: state.sleepers.index(of: sleeper.place))
      state.setTimer()
    }
  }

  private func cancel(_ place: Sleeper.Place) {
    let sleeper = state.withLock { state -> Sleeper? in
      let index = state.sleepers.index(of: place)
      guard state.sleepers.dropFirst(index).first?.place == place else { return nil }
      return state.sleepers.remove(at: index)
    }
    sleeper?.continuation.resume(throwing: CancellationError())
  }

  private func wakeDue() {
    let due = state.withLock { state in
      let now = ContinuousClock.now
      let due = state.sleepers.prefix { $0.place.time <= now }
      state.sleepers.removeFirst(due.count)
      state.timerTime = nil
      state.setTimer()
      return due
    }
    for sleeper in due { sleeper.continuation.resume() }
  }
}

/// A task that sleeps.
private struct Sleeper {
  /// Its position: by time, and for equal times by arrival.
  struct Place: Comparable {
    let time: ContinuousClock.Instant
    let number: Int

    static func < (first: Self, second: Self) -> Bool {
      (first.time, first.number) < (second.time, second.number)
    }
  }

  let place: Place
  let continuation: CheckedContinuation<Void, any Error>
}

extension [Sleeper] {
  /// The index at which a sleeper with this position is, or belongs.
  fileprivate func index(of place: Sleeper.Place) -> Int {
    var range = indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        self[middle].place < place ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension Duration {
  fileprivate var nanoseconds: Int128 { attoseconds / 1_000_000_000 }
}
