internal import Git
internal import Kratix
internal import Landing
internal import Manifests

extension Snapshot {
  /// Manifests below a Destination that none of its placements accounts for: its agent applies
  /// them all the same.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a path that cannot be.
  func unownedFiles(
    at destination: Destination, in store: GitStateStore, beside placements: [SharedPlacement]
  ) throws -> [String] {
    let layout = try RepositoryLayout(of: destination, in: store)
    let top = layout.top.isEmpty ? StatePath.root : try StatePath(layout.top)
    var known = Set(layout.canaries.map { TreePath($0.path) })
    for placement in placements { known.formUnion(placement.files.keys) }
    if destination.filepathMode == .aggregatedYAML {
      known.insert(TreePath(try destination.aggregate(in: store)))
    }
    let records = layout.stateFiles + "/"
    return try files(below: top).filter { path, entry in
      LandedFile.isRead(path: path.text, mode: entry.mode) && !known.contains(path)
        && !path.text.begins(with: records)
    }.keys.sorted().map(\.text)
  }
}

extension [Destination] {
  /// Whether a file stands in the directory of one of these.
  func hold(_ path: String, in store: GitStateStore) throws -> Bool {
    try contains { destination in
      let directory = try destination.directory(in: store)
      return !directory.isEmpty && path.begins(with: directory + "/")
    }
  }
}

extension StandingResource {
  /// What a placement that shares its directory is of.
  init(_ placement: SharedPlacement) {
    let place = ResourceLocation(destination: placement.destination, content: .shared(placement))
    self.init(
      subject: placement.owner.map(Subject.resource) ?? .placement(placement.workName),
      places: [place])
  }
}
