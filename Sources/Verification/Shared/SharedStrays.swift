internal import Git
internal import Kratix
internal import Landing

extension Snapshot {
  /// Manifests below a Destination that none of its placements accounts for: its agent applies
  /// them all the same.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a path that cannot be.
  func strays(
    at destination: Destination, in store: GitStateStore, beside placements: [SharedPlacement]
  ) throws -> [String] {
    let directory = try destination.directory(in: store)
    let top = directory.isEmpty ? StatePath.root : try StatePath(directory)
    var known = Set(try Canary.files(of: destination, in: store).map(\.path))
    for placement in placements { known.formUnion(placement.files.keys) }
    if destination.filepathMode == .aggregatedYAML {
      known.insert(try destination.aggregate(in: store))
    }
    let records = try StateFile.directory(of: destination, in: store) + "/"
    return try files(below: top).filter { path, entry in
      LandedFile.isRead(path: path, mode: entry.mode) && !known.contains(path)
        && !path.hasPrefix(records)
    }.keys.sorted()
  }
}

extension [Destination] {
  /// Whether a file stands in the directory of one of these.
  func hold(_ path: String, in store: GitStateStore) throws -> Bool {
    try contains { destination in
      let directory = try destination.directory(in: store)
      return !directory.isEmpty && path.hasPrefix(directory + "/")
    }
  }
}

extension StandingResource {
  /// What a placement that shares its directory is of.
  init(_ placement: SharedPlacement) {
    let place = Place(destination: placement.destination, content: .shared(placement))
    guard let owner = placement.owner else {
      self.init(promise: "", namespace: "", name: placement.workName, places: [place])
      return
    }
    self.init(
      promise: owner.promise, namespace: owner.resource.isEmpty ? "" : owner.namespace,
      name: owner.resource, places: [place])
  }
}
