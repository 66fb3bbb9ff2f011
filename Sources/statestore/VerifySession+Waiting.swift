import Foundation
import Git
import Landing
import Verification

extension VerifySession {
  /// What was last found of each state store.
  private typealias Found = [(commit: ObjectID?, report: Report)?]

  /// Asks again whenever a branch has moved, until all has landed or the time is over.
  func wait(_ duration: Duration, timeout: Duration) async throws -> VerifyAnswer {
    let end = ContinuousClock.now + duration
    var progress = WaitProgress()
    var found: Found = parts.map { _ in nil }
    for attempt in 0... {
      var failures: [Failure] = []
      do {
        try await ask(&found, deadline: min(end + timeout, .now + timeout), &failures)
      } catch let error as LandingError where ContinuousClock.now < end && error.mayPass {
        progress.show("\(error.outcome.rawValue); asking again")
      }
      let reports = found.compactMap(\.self).map(\.report)
      if reports.count == parts.count {
        let reports = settled(reports)
        if reports.allSatisfy(\.allLanded) || .now >= end {
          progress.clear()
          return VerifyAnswer(reports: reports, failures: failures)
        }
        let landed = reports.map(\.summary.landed).reduce(0, +)
        let all = reports.map(\.summary.resources).reduce(0, +)
        progress.show("waiting: \(landed) of \(all) landed")
      }
      try await Task.sleep(for: min(Self.pause(after: attempt), max(.zero, end - .now)))
    }
    throw CancellationError()
  }

  private func ask(
    _ found: inout Found, deadline: ContinuousClock.Instant, _ failures: inout [Failure]
  ) async throws {
    for (index, part) in parts.enumerated() {
      let tip = try await part.store.tip(deadline: deadline)
      if let known = found[index], known.commit == tip { continue }
      let report = try await self.report(on: part, at: tip, deadline: deadline, &failures)
      found[index] = (tip, report)
    }
  }

  /// Half a second at first, ten seconds in the long run.
  static func pause(after attempt: Int) -> Duration {
    min(.milliseconds(500) * (1 << min(attempt, 5)), .seconds(10))
  }
}

extension LandingError {
  /// Whether it can go away by itself.
  fileprivate var mayPass: Bool {
    [.unreachable, .timedOut, .branchMissing].contains(outcome)
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
    FileHandle.standardError.write(Data("\r\u{1b}[K\(text)".utf8))
    isDirty = true
  }

  mutating func clear() {
    guard isDirty else { return }
    FileHandle.standardError.write(Data("\r\u{1b}[K".utf8))
    isDirty = false
  }
}
