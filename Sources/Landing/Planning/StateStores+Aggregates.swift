internal import Git
internal import Kratix

extension StateStores {
  /// Refuses a removal where a shared file may hold what is to go.
  ///
  /// What Kratix writes in the mode `aggregatedYAML` does not tell what is whose.
  ///
  /// - Throws: `LandingError` with `path-conflict`, which names the file.
  func refuseUnaccountedAggregates(
    _ intent: LandingRequest.Intent, in names: [String], _ options: LandingOptions
  ) async throws {
    let destinations = platform.destinations.values.filter { $0.filepathMode == .aggregatedYAML }
    let isRemoval = intent.isRemoval || !intent.works.isEmpty
    guard isRemoval, intent.works.allSatisfy(intent.removes), !destinations.isEmpty else { return }
    for name in names {
      let (store, description) = try store(name)
      let here = destinations.filter { $0.isStored(in: description) }.sorted { $0.name < $1.name }
      try await store.read(deadline: options.deadline) { snapshot in
        for destination in here {
          try snapshot.refuseUnaccountedAggregate(of: destination, in: description)
        }
      }
    }
  }
}

extension Snapshot {
  fileprivate func refuseUnaccountedAggregate(
    of destination: Destination, in store: GitStateStore
  ) throws {
    let path = try StatePath(
      checking: landing { () throws(KratixError) in try destination.aggregate(in: store) })
    guard let entry = try entry(at: path), entry.mode.isFile else { return }
    let states = try StateFiles(of: destination, in: store, self).states()
    guard try blobs([entry.id])[entry.id] != PlacementState.aggregate(states.values) else { return }
    throw LandingError(
      .pathConflict,
      """
      \(path) holds what no state file in \(StateFile.directory) of Destination \(destination.name) \
      accounts for, because Kratix or a person wrote it, so what is to go may be in it; nothing was \
      removed: land all Works of the Destination at once ("kubectl get works --all-namespaces \
      --output yaml | statestore write --work -") and then remove it, or name the one Destination to \
      look at with --destination
      """)
  }
}
