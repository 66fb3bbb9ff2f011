internal import Git
internal import Kratix
internal import Manifests

/// Directories with Kratix's layout that no Destination has: one had them before it was moved, or left
/// the configuration.
extension LandingRequest {
  /// The same request, with a Destination for each such directory where what is there goes too.
  ///
  /// Nothing is ever scheduled to these: they count as being deleted. Another platform may write to the
  /// same repository, so unless a removal is asked for everywhere, only directories count whose last
  /// commit names a Destination of this one.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `HistoryNeeded`.
  func includingFormerDirectories(on snapshot: Snapshot) throws -> LandingRequest {
    guard let knownDirectories else { return self }
    var request = self
    let layouts = try snapshot.layouts(outside: knownDirectories)
    let own = steering.removesEverywhere ? layouts : try writtenHere(layouts, on: snapshot)
    for layout in own { request.destinations.append(request.former(layout)) }
    return request
  }

  /// The layouts whose last commits name a Destination of the request.
  private func writtenHere(
    _ layouts: [FoundLayout], on snapshot: Snapshot
  ) throws -> [FoundLayout] {
    let places = try layouts.map { layout in
      (layout, layout.path.isEmpty ? StatePath.root : try StatePath(layout.path))
    }
    let commits = try snapshot.lastCommits(of: places.map(\.1))
    return places.filter { _, path in
      let name = commits[path].flatMap { CommitMessage(reading: $0.message).destinationName }
      return destinations.contains { $0.name == name }
    }.map(\.0)
  }

  private func former(_ layout: FoundLayout) -> Destination {
    var destination = layout.destination(in: stateStore)
    // The path counts from that of the state store.
    let depth = stateStore.path.parts(separatedBy: "/").filter { $0 != "." && !$0.isEmpty }.count
    destination.path = String(repeating: "../", count: depth) + destination.path
    destination.hasInitWorkloads = false
    destination.isBeingDeleted = true
    guard layout.filepathMode == .nestedByMetadata else { return destination }
    destination.name = layout.path.isEmpty ? "top" : layout.path.replacing("/", with: "-")
    while destinations.contains(where: { $0.name == destination.name }) {
      destination.name += "-former"
    }
    return destination
  }
}
