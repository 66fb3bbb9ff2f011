internal import Git
package import Kratix
internal import Manifests

/// What is to become of one state store: everything that the decision depends on besides the
/// snapshot, as a value that another process can be handed.
package struct LandingRequest: Sendable, Hashable, Codable {
  /// What is to be done.
  package enum Intent: Sendable, Hashable, Codable {
    /// The state store is to hold these Works and nothing else of them; what Kubernetes is
    /// deleting goes.
    case write([Work])
    /// The state store is to hold nothing of these Works.
    case remove([Work])
    /// The state store is to hold nothing of this one's request, or of its Promise's workflows,
    /// whatever their Pipelines: its own Pipeline does not count.
    case removeAll(of: Work)
    /// Its Destinations are to have their canary files, or not, as each says.
    case canaries
    /// All placements of the Destination of that name are to go, and its canary files: what
    /// `cleanup: all` means.
    case cleanUp(destination: String)
  }

  /// How it is to be done.
  package struct Steering: Sendable, Hashable, Codable {
    /// Whether what is misplaced moves to where the selectors want it, which Kratix never does.
    package var relocates: Bool
    /// Whether groups land although others of their Work have no Destination, as with Kratix;
    /// otherwise nothing of the Work does.
    package var allowsUnscheduled: Bool
    /// Whether a file that placements share is made again from their state files when it holds
    /// what none of them accounts for; otherwise nothing is written.
    package var restoresSharedFiles: Bool
    /// Whether somebody has said by what names state files know the Works.
    package var namesAreGiven: Bool
    /// How commits speak.
    package var style: CommitStyle

    /// All or nothing, and commits as Kratix's, unless told otherwise.
    package init(
      relocates: Bool = false, allowsUnscheduled: Bool = false,
      restoresSharedFiles: Bool = false, namesAreGiven: Bool = false,
      style: CommitStyle = CommitStyle()
    ) {
      self.relocates = relocates
      self.allowsUnscheduled = allowsUnscheduled
      self.restoresSharedFiles = restoresSharedFiles
      self.namesAreGiven = namesAreGiven
      self.style = style
    }
  }

  /// What is to be done.
  package var intent: Intent
  /// How it is to be done.
  package var steering: Steering
  /// The state store.
  package var stateStore: GitStateStore
  /// All Destinations there are, those of other state stores too.
  package var destinations: [Destination]
  /// What stands of the Works in other state stores.
  package var elsewhere: [StandingPlacement]
  /// The names of Works as commits tell them, by the state files' names, which alone do not say
  /// where a namespace ends; needed by a clean-up alone.
  var workNames: [String: String] = [:]
  /// What stood, by path, in directories that another request may claim as well, when it was looked
  /// who wrote them; `nil` where there is no such directory.
  var checkedDirectories: [String: String]?

  /// Puts a request together.
  package init(
    _ intent: Intent, _ steering: Steering = Steering(), in stateStore: GitStateStore,
    destinations: [Destination], elsewhere: [StandingPlacement] = []
  ) {
    self.intent = intent
    self.steering = steering
    self.stateStore = stateStore
    self.destinations = destinations
    self.elsewhere = elsewhere
  }

  /// The changes that make it so, on the branch as a snapshot has it.
  ///
  /// - Parameters:
  ///   - snapshot: The branch.
  ///   - isPreview: Whether what moves to another state store is taken to stand there already.
  /// - Throws: `LandingError`, `KratixError` or `GitError`.
  package func changes(on snapshot: Snapshot, isPreview: Bool = false) throws -> [Change] {
    let changes =
      switch intent {
      case .write, .remove, .removeAll:
        try changes(of: try decisions(on: snapshot), isPreview: isPreview)
      case .canaries:
        try here.map { try keepingApart(.canary(of: $0, in: stateStore), at: $0) }
      case .cleanUp(let name): try cleaningUp(name, on: snapshot)
      }
    return changes.map { $0.styled(steering.style) }
  }

  /// The Destinations of this state store.
  private var here: [Destination] { destinations.filter { $0.isStored(in: stateStore) } }

  private func decisions(on snapshot: Snapshot) throws -> [Decision] {
    try intent.works.map { work in
      let standing = try snapshot.standing(of: work, at: here, in: stateStore)
      try refuseUnchecked(standing, of: work, on: snapshot)
      if intent.isRemoval || work.isBeingDeleted {
        return Decision(removing: work, standing: standing)
      }
      return try Decision(
        writing: work, destinations: destinations,
        standing: standing + elsewhere.filter { $0.work == work.identity },
        relocates: steering.relocates, allowsUnscheduled: steering.allowsUnscheduled)
    }
  }

  /// Refuses what was written after it was looked who did.
  private func refuseUnchecked(
    _ standing: [StandingPlacement], of work: Work, on snapshot: Snapshot
  ) throws {
    guard let checkedDirectories, work.resourceNamespace != nil else { return }
    for placement in Decision(removing: work, standing: standing).removed
    where placement.destination.filepathMode == .nestedByMetadata {
      let directory = try placement.layout(in: stateStore).directory
      let entry = try snapshot.entry(at: StatePath(checking: directory))
      guard checkedDirectories[directory] == entry?.id.description else {
        throw LandingError.writtenMeanwhile
      }
    }
  }

  private func changes(of decisions: [Decision], isPreview: Bool) throws -> [Change] {
    let steps = decisions.map { self.steps(of: $0, isPreview: isPreview) }
    var batch = AggregateBatch()
    batch.restoresSharedFiles = steering.restoresSharedFiles
    for step in steps {
      for placement in step.removed + step.written.flatMap({ $0.former }) {
        batch.remove(placement)
      }
      for move in step.written { batch.write(move.placement) }
    }
    return try steps.flatMap { step in
      try LandingError.checkCancellation()
      return try step.removed.map { try Change.remove($0, in: stateStore, amid: batch) }
        + step.written.map {
          let change = try Change.move($0.placement, from: $0.former, in: stateStore, amid: batch)
          return try keepingApart(
            change, at: $0.placement.destination, listedIn: $0.placement.stateFileNames)
        }
    }
  }

  private func keepingApart(
    _ change: Change, at destination: Destination, listedIn names: [StateFileName] = []
  ) throws(LandingError) -> Change {
    try Neighbours(of: destination, among: here, in: stateStore)
      .keepingApart(change, listedIn: names)
  }

  /// What one Work means for this state store.
  private struct Steps {
    var written: [(placement: Placement, former: [Placement])] = []
    var removed: [Placement] = []
  }

  private func steps(of decision: Decision, isPreview: Bool) -> Steps {
    let isHere = { (placement: Placement) in placement.destination.isStored(in: stateStore) }
    var steps = Steps(removed: decision.removed.filter(isHere))
    var leaving = decision.relocated.mapValues { $0.filter(isHere) }
    for placement in decision.written where isHere(placement) {
      steps.written.append((placement, leaving.removeValue(forKey: placement.group.id) ?? []))
    }
    // What goes to another state store leaves this one when it stands there.
    for placement in decision.written where !isHere(placement) {
      let stands = elsewhere.contains {
        $0.work == placement.work.identity && $0.shortID == placement.group.shortID
          && $0.destination.name == placement.destination.name
      }
      if stands || isPreview {
        steps.removed += leaving.removeValue(forKey: placement.group.id) ?? []
      }
    }
    return steps
  }

  private func cleaningUp(_ name: String, on snapshot: Snapshot) throws -> [Change] {
    guard let destination = here.first(where: { $0.name == name }) else { return [] }
    var batch = AggregateBatch()
    batch.takesWholeFiles = true
    let removals = try snapshot.placements(at: destination, in: stateStore).map {
      let name = $0.stateFile.flatMap { workNames[$0.text] }
      return try Change.remove($0.placement(named: name), in: stateStore, amid: batch)
    }
    let isUnaccounted = removals.isEmpty && destination.filepathMode == .aggregatedYAML
    let rest = isUnaccounted ? [try Change.removingAggregate(of: destination, in: stateStore)] : []
    return removals + rest + [try Change.removingCanary(of: destination, in: stateStore)]
  }
}

extension LandingRequest.Intent {
  /// The Works that it is about.
  package var works: [Work] {
    switch self {
    case .write(let works), .remove(let works): works
    case .removeAll(let work): [work]
    case .canaries, .cleanUp: []
    }
  }

  /// Whether nothing of a Work is to stand.
  func removes(_ work: Work) -> Bool { isRemoval || work.isBeingDeleted || work.isEmpty }

  var isRemoval: Bool {
    switch self {
    case .remove, .removeAll: true
    case .write, .canaries, .cleanUp: false
    }
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
        directory.parts(separatedBy: "/").count
          // The top and, in the nested layout, resources and the namespaces.
          + (destination.filepathMode == .nestedByMetadata ? 3 : 1)
      }
    }
    return levels.min() ?? 1
  }
}
