import Landing
import Verification

/// What came of a check: the reports on all state stores, and what could not be done besides.
struct VerifyAnswer {
  var reports: [Report]
  /// State stores that could not be checked, and what could not be kept for the next time.
  var failures: [Failure] = []

  /// The status that the command ends with: the gravest of all that is to be told.
  func exitStatus(failingOn threshold: FailureThreshold) -> Int32 {
    let failed = failures.map(\.outcome.meaning.checkStatus).max() ?? 0
    let found = statusOfFindings(failingOn: threshold)
    // What could not be checked hides findings; what could not be kept hides nothing.
    if failed == 3 || found == 0 { return failed }
    return found
  }

  private func statusOfFindings(failingOn threshold: FailureThreshold) -> Int32 {
    let worst = reports.compactMap(\.worstSeverity)
    if worst.contains(where: threshold.includes) { return 1 }
    // What could not be judged is no success.
    return reports.contains { $0.summary.unknown > 0 } ? 3 : 0
  }
}
