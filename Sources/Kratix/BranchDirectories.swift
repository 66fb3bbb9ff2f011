extension Platform {
  /// The directories of all Destinations on the branch of a state store, from the top of the repository;
  /// `nil` where not all Destinations are known.
  ///
  /// - Throws: `KratixError` with the code `unsafePath`.
  package func allDirectories(
    onBranchOf store: GitStateStore
  ) throws(KratixError) -> [String: Destination.FilepathMode]? {
    guard destinationKnowledge == .complete else { return nil }
    var directories: [String: Destination.FilepathMode] = [:]
    let others = stateStores.values.filter { $0.isSameBranch(as: store) && $0.name != store.name }
    for other in [store] + others {
      for destination in destinations(in: other) {
        directories[try destination.directory(in: other)] = destination.filepathMode
      }
    }
    return directories
  }
}
