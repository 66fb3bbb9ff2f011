internal import Git
internal import Kratix
internal import Manifests

/// Directories with Kratix's layout that no Destination has: one had them before it was moved, or left
/// the configuration.
extension LandingRequest {
  /// The same request, with a Destination for each such directory where what is there goes too.
  ///
  /// Nothing is ever scheduled to these: they count as being deleted.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func includingFormerDirectories(on snapshot: Snapshot) throws -> LandingRequest {
    guard let knownDirectories else { return self }
    var request = self
    for layout in try snapshot.layouts(outside: knownDirectories) {
      request.destinations.append(former(layout))
    }
    return request
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
