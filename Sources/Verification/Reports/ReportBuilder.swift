/// What a check found of one resource, before settings of rules are applied.
struct ReportBuilder {
  var subject: Subject
  var placements: [ResourceReport.Placement] = []
  var findings: [Finding] = []
  var notes: [String] = []
  /// Whether something of it is there.
  var hasLanded = false
  /// Whether something of what is there can be applied.
  var isApplicable = true
  /// Whether too little is known for a verdict.
  var isUndecided = false
}

extension ResourceReport {
  init(_ draft: ReportBuilder, settings: RuleSettings) {
    let findings = settings.applied(to: draft.findings).sorted(by: Finding.isBefore)
    let errors = findings.filter { $0.severity == .error }
    self.init(
      draft.subject, verdict: Self.verdict(of: draft, errors: errors),
      placements: draft.placements, findings: findings, notes: draft.notes)
  }

  /// Being there, and being of use, are facts; being right is a matter of errors, and so of
  /// settings.
  private static func verdict(of draft: ReportBuilder, errors: [Finding]) -> Verdict {
    if draft.isUndecided && errors.isEmpty { return .unknown }
    if !draft.hasLanded { return .missing }
    if errors.isEmpty { return draft.isApplicable ? .landed : .wrong }
    return errors.allSatisfy { $0.rule == .misplaced || $0.rule == .noDestination }
      ? .misplaced : .wrong
  }
}
