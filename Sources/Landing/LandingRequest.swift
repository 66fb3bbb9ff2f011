public import Kratix

/// What is to become of one state store: everything that the decision depends on besides the
/// snapshot, as a value that another process can be handed.
public struct LandingRequest: Sendable, Hashable, Codable {
  /// What is to be done.
  public enum Intent: Sendable, Hashable, Codable {
    /// The state store is to hold these Works and nothing else of them; what Kubernetes is
    /// deleting goes.
    case write([Work])
    /// The state store is to hold nothing of these Works.
    case remove([Work])
  }

  /// What is to be done.
  public var intent: Intent
  /// The state store.
  public var stateStore: GitStateStore
  /// All Destinations there are, those of other state stores too.
  public var destinations: [Destination]
  /// What stands of the Works in other state stores.
  public var elsewhere: [StandingPlacement]

  /// Puts a request together.
  public init(
    _ intent: Intent, in stateStore: GitStateStore, destinations: [Destination],
    elsewhere: [StandingPlacement] = []
  ) {
    self.intent = intent
    self.stateStore = stateStore
    self.destinations = destinations
    self.elsewhere = elsewhere
  }

  /// The changes that make it so, on the branch as a snapshot has it.
  ///
  /// - Throws: `LandingError`, `KratixError` or `GitError`.
  public func changes(on snapshot: Snapshot) throws -> [Change] {
    switch intent {
    case .write(let works):
      try works.flatMap {
        try changes(of: $0, isRemoval: $0.isBeingDeleted, on: snapshot)
      }
    case .remove(let works):
      try works.flatMap { try changes(of: $0, isRemoval: true, on: snapshot) }
    }
  }

  private func changes(
    of work: Work, isRemoval: Bool, on snapshot: Snapshot
  ) throws -> [Change] {
    let here = destinations.filter { $0.isStored(in: stateStore) }
    let standing = try snapshot.standing(of: work, at: here, in: stateStore)
    let decision =
      isRemoval
      ? Decision(removing: work, standing: standing)
      : try Decision(
        writing: work, destinations: destinations,
        standing: standing + elsewhere.filter { $0.work == work.identity })
    return try decision.removed.filter { $0.destination.isStored(in: stateStore) }
      .map { try Change.remove($0, in: stateStore) }
      + decision.written.filter { $0.destination.isStored(in: stateStore) }
      .map { try Change.write($0, in: stateStore) }
  }
}

extension Destination {
  /// Whether it lives in a GitStateStore.
  func isStored(in store: GitStateStore) -> Bool {
    stateStoreKind == "GitStateStore" && stateStoreName == store.name
  }
}

extension LandingRequest {
  /// How many levels of trees, the top included, lie above the directories of the Promises, where
  /// all that is wide begins.
  var levelsAbovePromises: Int {
    let levels = destinations.filter { $0.isStored(in: stateStore) }.compactMap { destination in
      // A path that is no good is refused when something is written there.
      (try? destination.directory(in: stateStore)).map { directory in
        directory.split(separator: "/").count
          // The top and, in the nested layout, resources and the namespaces.
          + (destination.filepathMode == .nestedByMetadata ? 3 : 1)
      }
    }
    return levels.min() ?? 1
  }
}
