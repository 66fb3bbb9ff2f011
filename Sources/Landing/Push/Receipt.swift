package import Git

/// Proof of a landing: what stands where on the remote's branch, as it was read back.
package struct Receipt: Sendable, Hashable, Codable {
  /// One placement of the landing.
  package struct Placement: Sendable, Hashable, Codable {
    /// The WorkPlacement's name.
    package var name: String
    /// The Destination's name.
    package var destination: String
    /// Whether it landed, was there already, or was removed.
    package var outcome: Outcome
    /// Whether it stays at a Destination that the selectors no longer choose.
    package var misplaced: Bool
    /// The directory that belongs to it.
    package var path: String
    /// The directory's tree; `nil` when it is gone.
    package var tree: ObjectID?
    /// The commit that brought it; `nil` when it was there already.
    package var commit: ObjectID?
    /// Every file of it.
    package var files: [File]
    /// Where it was taken away in the same commit; `nil` where it was not moved.
    package var movedFrom: [Place]?
  }

  /// Where a placement stood.
  package struct Place: Sendable, Hashable, Codable {
    /// The Destination's name.
    package var destination: String
    /// The directory that belonged to it, or that it shared.
    package var path: String
  }

  /// One file of a placement.
  package struct File: Sendable, Hashable, Codable {
    /// Its path from the top of the repository.
    package var path: String
    /// Its blob.
    package var blob: ObjectID
    /// How many bytes it has.
    package var size: Int
  }

  /// Where it landed.
  package var stateStore: StateStoreDescription
  /// What became of all of it: `landed` when anything did.
  package var outcome: Outcome
  /// The branch's commit when it was read back.
  package var commit: ObjectID
  /// The commit that the landing was built on; `nil` for a branch without commits.
  package var base: ObjectID?
  /// How often it was pushed; 0 when there was nothing to push.
  package var attempts: Int
  /// When it was read back, in RFC 3339.
  package var verifiedAt: String
  /// The placements.
  package var placements: [Placement]
}

/// Which state store is meant.
package struct StateStoreDescription: Sendable, Hashable, Codable {
  /// The GitStateStore's name.
  package var name: String
  /// The remote's address, without credentials.
  package var url: String
  /// The branch.
  package var branch: String

  /// Names a state store.
  package init(name: String, url: String, branch: String) {
    self.name = name
    self.url = url
    self.branch = branch
  }

  /// Whether both mean one branch of one repository, whatever their GitStateStores are called.
  package func isSameBranch(_ other: StateStoreDescription) -> Bool {
    url == other.url && branch == other.branch
  }
}
