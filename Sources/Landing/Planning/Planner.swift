internal import Git
internal import Kratix

/// Decides what a request changes on one commit of its state store: names, owners, scheduling and
/// edits, all on one snapshot.
struct Planner {
  private let request: LandingRequest
  private let snapshot: Snapshot
  /// Whether what moves to another state store is taken to be there already.
  private let isPreview: Bool

  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  init(_ request: LandingRequest, on snapshot: Snapshot, isPreview: Bool) throws {
    self.request = try request.includingFormerDirectories(on: snapshot)
    self.snapshot = snapshot
    self.isPreview = isPreview
  }

  /// The changes that make it so.
  ///
  /// - Throws: `LandingError`, `KratixError`, `GitError` or `HistoryNeeded`.
  func changes() throws -> [Change] {
    let changes =
      switch request.intent {
      case .write, .remove, .removeAll: try changes(of: try decisions())
      case .canaries: try request.here.map { try rejectingOverlaps(canary(of: $0), at: $0) }
      case .cleanUp(let name): try cleaningUp(name)
      }
    return changes.map { $0.styled(request.steering.style) }
  }

  /// What becomes of each Work, in all state stores.
  func decisions() throws -> [Decision] {
    let intent = try resolvedIntent()
    try DirectoryOwnership(of: request, on: snapshot).refuseForeign(to: intent.works)
    return try intent.works.map { work in
      let existing = try snapshot.standing(of: work, at: request.here, in: request.stateStore)
      if intent.isRemoval || work.isBeingDeleted {
        return Decision(removing: work, standing: existing)
      }
      return try Decision(
        writing: work, destinations: request.destinations,
        standing: existing + request.elsewhere.placements(of: work),
        relocates: request.steering.relocates,
        allowsUnscheduled: request.steering.allowsUnscheduled)
    }
  }

  /// The intent with the Works of all Pipelines, under the names by which state files know them.
  private func resolvedIntent() throws -> LandingRequest.Intent {
    guard let promises = request.promises else { return request.intent }
    let whole = try RequestPipelines(of: request, promises, on: snapshot).resolved()
    let named = try WorkNames(of: request, on: snapshot).named(whole)
    try UnaccountedAggregates(of: request, on: snapshot).refuse(named)
    return named
  }

  private func changes(of decisions: [Decision]) throws -> [Change] {
    let steps = decisions.map(steps)
    var batch = AggregateBatch()
    batch.restoresSharedFiles = request.steering.restoresSharedFiles
    for step in steps {
      for placement in step.removed + step.written.flatMap({ $0.former }) {
        batch.remove(placement)
      }
      for move in step.written { batch.write(move.placement) }
    }
    return try steps.flatMap { step in
      try LandingError.checkCancellation()
      return try step.removed.map { try Change.remove($0, in: request.stateStore, within: batch) }
        + step.written.map {
          let change = try Change.move(
            $0.placement, from: $0.former, in: request.stateStore, within: batch)
          return try rejectingOverlaps(
            change, at: $0.placement.destination, listedIn: $0.placement.stateFileNames)
        }
    }
  }

  private func rejectingOverlaps(
    _ change: Change, at destination: Destination, listedIn names: [StateFileName] = []
  ) throws(LandingError) -> Change {
    try Neighbours(of: destination, among: request.here, in: request.stateStore)
      .keepingApart(change, listedIn: names)
  }

  /// What one Work means for this state store.
  private struct Steps {
    var written: [(placement: Placement, former: [Placement])] = []
    var removed: [Placement] = []
  }

  private func steps(of decision: Decision) -> Steps {
    let isHere = { (placement: Placement) in
      placement.destination.isStored(in: request.stateStore)
    }
    var steps = Steps(removed: decision.removed.filter(isHere))
    var leaving = decision.relocated.mapValues { $0.filter(isHere) }
    for placement in decision.written where isHere(placement) {
      steps.written.append((placement, leaving.removeValue(forKey: placement.group.id) ?? []))
    }
    // What moves to another state store leaves this one when it has landed there.
    for placement in decision.written where !isHere(placement) {
      let hasLanded = request.elsewhere.placements(of: placement.work).contains {
        $0.shortID == placement.group.shortID
          && $0.destination.name == placement.destination.name
      }
      if hasLanded || isPreview {
        steps.removed += leaving.removeValue(forKey: placement.group.id) ?? []
      }
    }
    return steps
  }

  private func canary(of destination: Destination) throws(LandingError) -> Change {
    try .canary(of: destination, in: request.stateStore)
  }

  private func cleaningUp(_ name: String) throws -> [Change] {
    guard let destination = request.here.first(where: { $0.name == name }) else { return [] }
    let store = request.stateStore
    var batch = AggregateBatch()
    batch.takesWholeFiles = true
    let existing = try snapshot.placements(at: destination, in: store)
    let names = try workNames(of: existing, at: destination)
    let removals = try existing.map {
      try Change.remove($0.placement(named: names[$0.path]), in: store, within: batch)
    }
    let isUnaccounted = removals.isEmpty && destination.filepathMode == .aggregatedYAML
    let rest = isUnaccounted ? [try Change.removingAggregate(of: destination, in: store)] : []
    return removals + rest + [try Change.removingCanary(of: destination, in: store)]
  }

  /// The names of Works as the commits give them that last wrote their state files, whose own names
  /// do not say where the namespace ends.
  private func workNames(
    of existing: [PlacementContents], at destination: Destination
  ) throws -> [StatePath: String] {
    guard destination.filepathMode == .none else { return [:] }
    let commits = try snapshot.lastCommits(of: existing.map(\.path))
    var names: [StatePath: String] = [:]
    for contents in existing {
      guard let commit = commits[contents.path] else { continue }
      names[contents.path] = contents.placement.workName(inSubject: commit.subject)
    }
    return names
  }
}

extension LandingRequest {
  /// The changes that make it so, on the branch as a snapshot has it.
  ///
  /// - Parameters:
  ///   - snapshot: The branch.
  ///   - isPreview: Whether what moves to another state store is taken to be there already.
  /// - Throws: `LandingError`, `KratixError`, `GitError` or `HistoryNeeded`.
  func changes(on snapshot: Snapshot, isPreview: Bool = false) throws -> [Change] {
    try Planner(self, on: snapshot, isPreview: isPreview).changes()
  }

  /// Refuses Works of which a group has no Destination.
  ///
  /// - Throws: `KratixError` with `noDestination`; otherwise as `changes`.
  func requireDestinations(on snapshot: Snapshot) throws {
    var strict = self
    strict.steering.allowsUnscheduled = false
    _ = try Planner(strict, on: snapshot, isPreview: false).decisions()
  }
}
