internal import Git
internal import Kratix

/// Refuses removals from a shared file that may hold what is to go.
///
/// What Kratix writes in the mode `aggregatedYAML` does not tell which part is whose.
struct UnaccountedAggregates {
  private let request: LandingRequest
  private let snapshot: Snapshot

  init(of request: LandingRequest, on snapshot: Snapshot) {
    self.request = request
    self.snapshot = snapshot
  }

  /// - Throws: `LandingError` with `path-conflict`, which names the file; `GitError`.
  func refuse(_ intent: LandingRequest.Intent) throws {
    guard intent.isRemoval || !intent.works.isEmpty, intent.works.allSatisfy(intent.removes) else {
      return
    }
    let destinations = request.here.filter { $0.filepathMode == .aggregatedYAML }
    for destination in destinations.sorted(by: { $0.name < $1.name }) {
      try refuse(fileOf: destination)
    }
  }

  private func refuse(fileOf destination: Destination) throws {
    let store = request.stateStore
    let path = try StatePath(
      checking: landing { () throws(KratixError) in try destination.aggregate(in: store) })
    guard let entry = try snapshot.entry(at: path), entry.mode.isFile else { return }
    let states = try StateFiles(of: destination, in: store, snapshot).states()
    let accounted = PlacementState.aggregate(states.values)
    guard try snapshot.blobs([entry.id])[entry.id] != accounted else { return }
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
