package import Landing

/// What a verification says: one commit of one state store, resource by resource.
package struct Report: Sendable, Hashable, Codable {
  /// How many resources came to which verdict.
  package struct Summary: Sendable, Hashable, Codable {
    /// All resources.
    package var resources = 0
    /// Resources that landed.
    package var landed = 0
    /// Resources that are there and not as they must be.
    package var wrong = 0
    /// Resources that are not there.
    package var missing = 0
    /// Resources at a Destination that the selectors do not choose.
    package var misplaced = 0
    /// Resources that could not be judged.
    package var unknown = 0
    /// Resources that are not as they must be, whatever is wrong with them.
    package var failed: Int { wrong + missing + misplaced }
    /// Findings that are errors.
    package var errors = 0
    /// Findings that are warnings.
    package var warnings = 0
  }

  /// The version of this shape; keys never vanish while it stays the same.
  package var schemaVersion = 1
  /// The state store.
  package var stateStore: StateStoreDescription
  /// The revision that was asked for; `nil` for the branch.
  package var revision: String?
  /// The commit that was read; `nil` for a branch without commits.
  package var commit: CommitSummary?
  /// The resources.
  package var resources: [ResourceReport]
  /// The sums.
  package var summary: Summary

  /// Sums up what was said of resources.
  package init(
    stateStore: StateStoreDescription, commit: CommitSummary?, resources: [ResourceReport]
  ) {
    self.stateStore = stateStore
    self.commit = commit
    self.resources = resources
    self.summary = Summary(of: resources)
  }

  /// Sums up what was said of resources of a snapshot.
  package init(
    stateStore: StateStoreDescription, snapshot: Snapshot, resources: [ResourceReport]
  ) {
    var summary: CommitSummary?
    if let id = snapshot.id, let commit = snapshot.commit {
      summary = CommitSummary(id: id, commit: commit, withAuthorship: false)
    }
    self.init(stateStore: stateStore, commit: summary, resources: resources)
  }

  /// What was read, for a person: the revision or the branch, and where it is.
  package var place: String { "\(revision ?? stateStore.branch) of \(stateStore.url)" }

  /// The worst severity among all findings; `nil` when there is none.
  package var worstSeverity: Severity? {
    resources.lazy.flatMap(\.findings).map(\.severity).max()
  }
}

extension Report.Summary {
  /// Counts verdicts and findings.
  package init(of resources: [ResourceReport]) {
    self.init()
    for resource in resources {
      let ofErrors = resource.findings.count { $0.severity == .error }
      errors += ofErrors
      warnings += resource.findings.count - ofErrors
      guard resource.subject != .strays else { continue }
      self.resources += 1
      switch resource.verdict {
      case .landed: landed += 1
      case .wrong: wrong += 1
      case .missing: missing += 1
      case .misplaced: misplaced += 1
      case .unknown: unknown += 1
      }
    }
  }
}
