internal import Dispatch
internal import Synchronization

/// Wakes a task after a time, and leaves nothing behind when the task is cancelled before that.
///
/// `Task.sleep` keeps who was cancelled until the time would have come. At hundreds of requests a
/// second, each with a limit of half a minute that none of them reaches, those are ten thousand.
package enum Alarm {
  /// Sleeps.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  package static func sleep(for duration: Duration) async throws {
    try await clock.sleep(for: duration)
  }

  private static let clock = AlarmClock()
}

/// Wakes all its sleepers with one timer: to set one costs a request more than all else here.
final class AlarmClock: Sendable {
  private struct State {
    /// The next to be woken first.
    var sleepers: [Sleeper] = []
    var lastNumber = 0
    let timer = DispatchSource.makeTimerSource()
    /// The time at which the timer fires, which may be that of one who was cancelled.
    var timerTime: ContinuousClock.Instant?

    /// Has the timer fire when the first is to be woken, or before.
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

  /// How many sleep.
  var sleeperCount: Int { state.withLock(\.sleepers.count) }

  /// Sleeps.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  func sleep(for duration: Duration) async throws {
    let place = place(after: duration)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        add(Sleeper(place: place, continuation: continuation))
        // Cancelled before it fell asleep, when there was nobody to wake yet.
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
  /// Where it stands among all: at its time, and there behind who came before.
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
  /// Where in the order of places one stands, or would.
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
