package import Landing
package import Verification

/// The result of a check: the reports on all state stores, and what failed.
package struct VerifyAnswer {
  package var reports: [Report]
  /// State stores that could not be read, beside others that could.
  package var unreadable: [StateStoreDescription] = []
  /// State stores that could not be checked, and files that could not be written.
  package var failures: [LandingError] = []

  package init(reports: [Report], failures: [LandingError] = []) {
    self.reports = reports
    self.failures = failures
  }

  /// The exit status of the command: the worst of all failures and findings.
  package func exitStatus(failingOn threshold: FailureThreshold) -> Int32 {
    let failed = failures.map(\.outcome.meaning.checkStatus).max() ?? 0
    let found = statusOfFindings(failingOn: threshold)
    // A state store that could not be checked may have more findings; a file that could not be
    // written hides none.
    if failed == 3 || found == 0 { return failed }
    return found
  }

  /// The verdicts decide, so that no resource is printed as missing by a command that succeeds.
  private func statusOfFindings(failingOn threshold: FailureThreshold) -> Int32 {
    let worst = reports.compactMap(\.worstSeverity)
    if reports.contains(where: { $0.summary.failed > 0 })
      || worst.contains(where: threshold.includes)
    {
      return 1
    }
    // A resource that could not be judged is not a success.
    return reports.contains { $0.summary.unknown > 0 } ? 3 : 0
  }
}

/// From which severity on findings end a command with 1.
package enum FailureThreshold: String, CaseIterable, Sendable {
  case error
  case warning

  func includes(_ severity: Severity) -> Bool { self == .warning || severity == .error }
}
