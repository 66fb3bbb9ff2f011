public import Git

/// Proof of a landing: what stands where on the remote's branch, as it was read back.
public struct Receipt: Sendable, Hashable, Codable {
  /// One placement of the landing.
  public struct Placement: Sendable, Hashable, Codable {
    /// The WorkPlacement's name.
    public var name: String
    /// The Destination's name.
    public var destination: String
    /// Whether it landed, was there already, or was removed.
    public var outcome: Outcome
    /// Whether it stays at a Destination that the selectors no longer choose.
    public var misplaced: Bool
    /// The directory that belongs to it.
    public var path: String
    /// The directory's tree; `nil` when it is gone.
    public var tree: ObjectID?
    /// The commit that brought it; `nil` when it was there already.
    public var commit: ObjectID?
    /// Every file of it.
    public var files: [File]
    /// Where it was taken away in the same commit; `nil` where it was not moved.
    public var movedFrom: [Place]?
  }

  /// Where a placement stood.
  public struct Place: Sendable, Hashable, Codable {
    /// The Destination's name.
    public var destination: String
    /// The directory that belonged to it, or that it shared.
    public var path: String
  }

  /// One file of a placement.
  public struct File: Sendable, Hashable, Codable {
    /// Its path from the top of the repository.
    public var path: String
    /// Its blob.
    public var blob: ObjectID
    /// How many bytes it has.
    public var size: Int
  }

  /// Where it landed.
  public var stateStore: StateStoreDescription
  /// What became of all of it: `landed` when anything did.
  public var outcome: Outcome
  /// The branch's commit when it was read back.
  public var commit: ObjectID
  /// The commit that the landing was built on; `nil` for a branch without commits.
  public var base: ObjectID?
  /// How often it was pushed; 0 when there was nothing to push.
  public var attempts: Int
  /// When it was read back, in RFC 3339.
  public var verifiedAt: String
  /// The placements.
  public var placements: [Placement]
}

/// Which state store is meant.
public struct StateStoreDescription: Sendable, Hashable, Codable {
  /// The GitStateStore's name.
  public var name: String
  /// The remote's address, without credentials.
  public var url: String
  /// The branch.
  public var branch: String

  /// Names a state store.
  public init(name: String, url: String, branch: String) {
    self.name = name
    self.url = url
    self.branch = branch
  }

  /// Whether both mean one branch of one repository, whatever their GitStateStores are called.
  public func isSameBranch(_ other: StateStoreDescription) -> Bool {
    url == other.url && branch == other.branch
  }
}
