import Foundation
import Git
import Landing
import Verification

extension VerifySession {
  /// What was last found of each state store.
  private typealias Found = [(commit: ObjectID?, report: Report)?]

  /// Asks again whenever a branch has moved, until all has landed or the time is over.
  func wait(_ duration: Duration, timeout: Duration) async throws -> VerifyAnswer {
    var found: Found = parts.map { _ in nil }
    var failures: [Failure] = []
    let reports = try await Waiting(duration, timeout: timeout).reports { deadline in
      failures = []
      try await ask(&found, deadline: deadline, &failures)
      return settled(found.compactMap(\.self).map(\.report))
    }
    return VerifyAnswer(reports: reports, failures: failures)
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
}
