import Foundation
import Landing
import Verification

/// One question asked again and again, until the answer is good or the time is over.
struct Waiting {
  private let end: ContinuousClock.Instant
  private let timeout: Duration

  /// - Parameters:
  ///   - duration: How long to wait.
  ///   - timeout: How long one answer may take.
  init(_ duration: Duration, timeout: Duration) {
    end = .now + duration
    self.timeout = timeout
  }

  /// The first reports by which all has landed, or the last ones that there are.
  ///
  /// - Parameter ask: Asks, until a moment.
  /// - Throws: What asking throws and time does not heal, and whatever it throws at the end.
  func reports(
    _ ask: (_ deadline: ContinuousClock.Instant) async throws -> [Report]
  ) async throws -> [Report] {
    var progress = WaitProgress()
    defer { progress.clear() }
    var last: [Report]?
    for attempt in 0... {
      do {
        last = try await ask(min(end + timeout, .now + timeout))
      } catch let error as LandingError
        where ContinuousClock.now < end && error.outcome.meaning.mayPass
      {
        progress.show("\(error.outcome.rawValue); asking again")
      }
      if let last, last.allSatisfy(\.allLanded) || .now >= end { return last }
      if let summaries = last?.map(\.summary) {
        let landed = summaries.reduce(0) { $0 + $1.landed }
        let resources = summaries.reduce(0) { $0 + $1.resources }
        progress.show("waiting: \(landed) of \(resources) landed")
      }
      try await Task.sleep(for: min(Self.pause(after: attempt), max(.zero, end - .now)))
    }
    throw CancellationError()
  }

  /// Half a second at first, ten seconds in the long run.
  static func pause(after attempt: Int) -> Duration {
    min(.milliseconds(500) * (1 << min(attempt, 5)), .seconds(10))
  }
}

extension Report {
  fileprivate var allLanded: Bool {
    summary.landed == summary.resources && worstSeverity != .error
  }
}

/// What a person sees while waiting; a program sees nothing.
private struct WaitProgress {
  private let isShown = isatty(STDERR_FILENO) == 1
  private var isDirty = false

  mutating func show(_ text: String) {
    guard isShown else { return }
    StandardStreams.tell("\r\u{1b}[K\(text)")
    isDirty = true
  }

  mutating func clear() {
    guard isDirty else { return }
    StandardStreams.tell("\r\u{1b}[K")
    isDirty = false
  }
}
