public import Landing

/// What a verification says: one commit of one state store, resource by resource.
public struct Report: Sendable, Hashable, Codable {
  /// How many resources came to which verdict.
  public struct Summary: Sendable, Hashable, Codable {
    /// All resources.
    public var resources = 0
    /// Resources that landed.
    public var landed = 0
    /// Resources that are there and not as they must be.
    public var wrong = 0
    /// Resources that are not there.
    public var missing = 0
    /// Resources at a Destination that the selectors do not choose.
    public var misplaced = 0
    /// Resources that could not be judged.
    public var unknown = 0
    /// Findings that are errors.
    public var errors = 0
    /// Findings that are warnings.
    public var warnings = 0
  }

  /// The version of this shape; keys never vanish while it stays the same.
  public var schemaVersion = 1
  /// The state store.
  public var stateStore: StateStoreDescription
  /// The commit that was read; `nil` for a branch without commits.
  public var commit: CommitSummary?
  /// The resources.
  public var resources: [ResourceReport]
  /// The sums.
  public var summary: Summary

  /// Sums up what was said of resources.
  public init(
    stateStore: StateStoreDescription, commit: CommitSummary?, resources: [ResourceReport]
  ) {
    self.stateStore = stateStore
    self.commit = commit
    self.resources = resources
    self.summary = Summary(of: resources)
  }

  /// Sums up what was said of resources of a snapshot.
  public init(
    stateStore: StateStoreDescription, snapshot: Snapshot, resources: [ResourceReport]
  ) {
    var summary: CommitSummary?
    if let id = snapshot.id, let commit = snapshot.commit {
      summary = CommitSummary(id: id, commit: commit, withAuthorship: false)
    }
    self.init(stateStore: stateStore, commit: summary, resources: resources)
  }

  /// The worst severity among all findings; `nil` when there is none.
  public var worstSeverity: Severity? {
    resources.lazy.flatMap(\.findings).map(\.severity).max()
  }
}

extension Report.Summary {
  /// Counts verdicts and findings.
  public init(of resources: [ResourceReport]) {
    self.init()
    for resource in resources {
      let ofErrors = resource.findings.count { $0.severity == .error }
      errors += ofErrors
      warnings += resource.findings.count - ofErrors
      // Files that belong to nobody are no resource.
      guard !resource.isOfNobody else { continue }
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
