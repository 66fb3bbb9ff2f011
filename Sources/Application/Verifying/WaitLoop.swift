import Foundation
import Landing
import Support
import Verification

/// Repeats a check until everything has landed or the time is up.
struct WaitLoop {
  private let end: ContinuousClock.Instant
  private let timeout: Duration

  /// - Parameters:
  ///   - duration: How long to wait.
  ///   - timeout: How long one check may take.
  init(_ duration: Duration, timeout: Duration) {
    end = .now + duration
    self.timeout = timeout
  }

  /// The first reports by which everything has landed, or the last ones.
  ///
  /// - Parameter check: Checks once, until a deadline.
  /// - Throws: An error of `check` that is not temporary, or the last one.
  func reports(
    _ check: (_ deadline: ContinuousClock.Instant) async throws -> [Report]
  ) async throws -> [Report] {
    var last: [Report]?
    for attempt in 0... {
      do {
        last = try await check(min(end + timeout, .now + timeout))
      } catch let error as LandingError
        where ContinuousClock.now < end && error.outcome.meaning.mayPass
      {
        ProgressStep.observer?(.waiting("\(error.outcome.rawValue); asking again"))
      }
      if let last, last.allSatisfy(\.allLanded) || .now >= end { return last }
      if let summaries = last?.map(\.summary) {
        let landed = summaries.reduce(0) { $0 + $1.landed }
        let resources = summaries.reduce(0) { $0 + $1.resources }
        let open = last?.flatMap(\.resources).first { $0.verdict != .landed }
        let name = open.map { ", waiting for \($0.title)" } ?? ""
        ProgressStep.observer?(.waiting("\(landed) of \(resources) landed\(name)"))
      }
      try await Task.sleep(for: min(Self.pause(after: attempt), max(.zero, end - .now)))
    }
    throw CancellationError()
  }

  /// From half a second up to ten seconds.
  private static func pause(after attempt: Int) -> Duration {
    min(.milliseconds(500) * (1 << min(attempt, 5)), .seconds(10))
  }
}

extension Report {
  fileprivate var allLanded: Bool {
    summary.landed == summary.resources && worstSeverity != .error
  }
}
