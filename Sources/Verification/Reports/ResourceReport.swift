internal import Kratix

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
  package var subject: Subject {
    if promise.isEmpty { return name.isEmpty ? .strays : .placement(name) }
    return .resource(
      name.isEmpty
        ? .dependency(promise: promise)
        : .request(promise: promise, namespace: namespace, name: name))
  }

  package init(
    _ subject: Subject, verdict: Verdict, placements: [Placement], findings: [Finding],
    notes: [String] = []
  ) {
    let (promise, namespace, name) = subject.names
    self.init(
      promise: promise, namespace: namespace, name: name, verdict: verdict,
      placements: placements, findings: findings, notes: notes)
  }
}

extension ResourceReport {
  /// Removes findings that turned out not to hold.
  mutating func withdraw(_ isWithdrawn: (Finding) -> Bool) {
    let count = findings.count
    findings.removeAll(where: isWithdrawn)
    guard findings.count < count, verdict == .wrong else { return }
    if !findings.contains(where: { $0.severity == .error }) { verdict = .landed }
  }
}
