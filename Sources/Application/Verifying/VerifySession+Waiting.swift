import Foundation
import Git
import Landing
import Verification

extension VerifySession {
  /// The last report on each state store, with its commit.
  private typealias Found = [(commit: ObjectID?, report: Report)?]

  /// Checks again whenever a branch has moved, until everything has landed or the time is up.
  func wait(_ duration: Duration, timeout: Duration) async throws -> VerifyAnswer {
    var found: Found = parts.map { _ in nil }
    var failures: [LandingError] = []
    let reports = try await WaitLoop(duration, timeout: timeout).reports { deadline in
      failures = []
      try await ask(&found, deadline: deadline, &failures)
      return assigningRequests(found.compactMap(\.self).map(\.report))
    }
    return VerifyAnswer(reports: reports, failures: failures)
  }

  private func ask(
    _ found: inout Found, deadline: ContinuousClock.Instant, _ failures: inout [LandingError]
  ) async throws {
    for (index, part) in parts.enumerated() {
      let tip = try await part.store.tip(deadline: deadline)
      if let known = found[index], known.commit == tip { continue }
      let report = try await self.report(on: part, at: tip, deadline: deadline, &failures)
      found[index] = (tip, report)
    }
  }
}
