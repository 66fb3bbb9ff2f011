/// What verification says of one resource.
package struct ResourceReport: Sendable, Hashable, Codable {
  /// A directory, or a state file, where the resource stands, or should stand.
  package struct Placement: Sendable, Hashable, Codable {
    /// The Destination's name.
    package var destination: String
    /// The directory or the state file, from the top of the repository.
    package var path: String
    /// The files of it that stand among others', in the filepath mode `none`: the path is that of
    /// the state file then.
    package var files: [String]?
    /// The commit that last changed it; `nil` where history was not asked for.
    package var commit: CommitSummary?

    /// Puts a placement together.
    package init(
      destination: String, path: String, files: [String]? = nil, commit: CommitSummary? = nil
    ) {
      self.destination = destination
      self.path = path
      self.files = files
      self.commit = commit
    }

    /// Where it can have been changed.
    var paths: [String] { [path] + (files ?? []) }
  }

  /// The Promise's name.
  package var promise: String
  /// The request's namespace; empty for a dependency.
  package var namespace: String
  /// The request's name; empty for a dependency.
  package var name: String
  /// The verdict.
  package var verdict: Verdict
  /// Where it stands, or should stand.
  package var placements: [Placement]
  /// What is held against it, the worst first.
  package var findings: [Finding]
  /// What could not be judged, and why.
  package var notes: [String]

  /// Puts a report together.
  package init(
    promise: String, namespace: String, name: String, verdict: Verdict, placements: [Placement],
    findings: [Finding], notes: [String] = []
  ) {
    self.promise = promise
    self.namespace = namespace
    self.name = name
    self.verdict = verdict
    self.placements = placements
    self.findings = findings
    self.notes = notes
  }
}

extension ResourceReport {
  /// Whether it is about what belongs to no resource, Promise or placement.
  var isOfNobody: Bool { promise.isEmpty && namespace.isEmpty && name.isEmpty }

  /// What a check found of one resource, before anybody's settings are applied to it.
  struct Draft {
    var promise: String
    var namespace: String
    var name: String
    var placements: [Placement] = []
    var findings: [Finding] = []
    var notes: [String] = []
    /// Whether something of it is there.
    var hasLanded = false
    /// Whether something of what is there can be applied.
    var isApplicable = true
    /// Whether nothing can be said for want of knowledge.
    var isUndecided = false
  }

  init(_ draft: Draft, settings: RuleSettings) {
    let findings = settings.applied(to: draft.findings).sorted(by: Finding.isBefore)
    let errors = findings.filter { $0.severity == .error }
    self.init(
      promise: draft.promise, namespace: draft.namespace, name: draft.name,
      verdict: Self.verdict(of: draft, errors: errors), placements: draft.placements,
      findings: findings, notes: draft.notes)
  }

  /// Being there, and being of use, are facts; being right is a matter of errors, and so of
  /// settings.
  private static func verdict(of draft: Draft, errors: [Finding]) -> Verdict {
    if draft.isUndecided && errors.isEmpty { return .unknown }
    if !draft.hasLanded { return .missing }
    if errors.isEmpty { return draft.isApplicable ? .landed : .wrong }
    return errors.allSatisfy { $0.rule == .misplaced || $0.rule == .noDestination }
      ? .misplaced : .wrong
  }
}
