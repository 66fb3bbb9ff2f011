internal import Git
package import Kratix
internal import Manifests

extension Snapshot {
  /// All placements that stand at a Destination, with what belongs to them, in any filepath mode.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `LandingError` for a
  ///   state file that cannot be read, and for a Destination's path that is not safe.
  package func placements(
    at destination: Destination, in store: GitStateStore
  ) throws -> [PlacementContents] {
    var faults: [StateFileFault] = []
    let found = try placements(at: destination, in: store, faults: &faults)
    if let fault = faults.first { throw fault.error }
    return found
  }

  /// The same, without those whose state files cannot be read.
  ///
  /// - Parameter faults: Takes what is wrong with state files.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `LandingError` for a
  ///   Destination's path that is not safe.
  package func placements(
    at destination: Destination, in store: GitStateStore, faults: inout [StateFileFault]
  ) throws -> [PlacementContents] {
    let found =
      switch destination.filepathMode {
      case .nestedByMetadata: try nestedPlacements(at: destination, in: store)
      case .none: try listedPlacements(at: destination, in: store, &faults)
      case .aggregatedYAML: try aggregatedPlacements(at: destination, in: store, &faults)
      }
    faults.sort { $0.path.precedes($1.path) }
    return found.sorted { $0.path < $1.path }
  }

  private func nestedPlacements(
    at destination: Destination, in store: GitStateStore
  ) throws -> [PlacementContents] {
    let layout = try landing { () throws(KratixError) in
      try RepositoryLayout(of: destination, in: store)
    }
    let top = try StatePath(checking: layout.top)
    var found: [StatePath: PlacementContents] = [:]
    for (_, files) in try files(below: NestedPath.roots.map { try top.appending($0) }) {
      for (file, entry) in files {
        guard let (id, directory) = layout.placement(holding: file.text) else { continue }
        let own = try StatePath(checking: directory)
        let new = PlacementContents(
          destination: destination, shortID: id.group, path: own, id: id)
        found[own, default: new].files[file] = entry
      }
    }
    return Array(found.values)
  }

  private func listedPlacements(
    at destination: Destination, in store: GitStateStore, _ faults: inout [StateFileFault]
  ) throws -> [PlacementContents] {
    let files = try StateFiles(of: destination, in: store, self)
    let listed = try files.readListed(in: files.entries.keys)
    let entries = try entries(at: Set(listed.values.compactMap { try? $0.get() }.joined()))
    return try listed.compactMap { name, paths in
      let path = try files.path(of: name)
      guard let paths = faults.value(of: paths, at: path) else { return nil }
      var contents = PlacementContents(
        destination: destination, shortID: name.shortID, path: path, stateFile: name)
      for path in paths {
        if let entry = entries[path], !entry.mode.isDirectory {
          contents.files[TreePath(path)] = entry
        } else {
          contents.missing.append(path.description)
        }
      }
      return contents
    }
  }

  private func aggregatedPlacements(
    at destination: Destination, in store: GitStateStore, _ faults: inout [StateFileFault]
  ) throws -> [PlacementContents] {
    let files = try StateFiles(of: destination, in: store, self)
    return try files.readStates().compactMap { name, state in
      let path = try files.path(of: name)
      guard let state = faults.value(of: state, at: path) else { return nil }
      return PlacementContents(
        destination: destination, shortID: name.shortID, path: path, stateFile: name,
        state: state)
    }
  }
}

/// What is wrong with a state file.
package struct StateFileFault: Sendable {
  /// The file, from the top of the repository.
  package let path: String
  /// What is wrong with it.
  package let error: LandingError
}

extension [StateFileFault] {
  /// The value that could be read; takes the fault where none could.
  fileprivate mutating func value<Value>(
    of result: Result<Value, LandingError>, at path: StatePath
  ) -> Value? {
    switch result {
    case .success(let value): return value
    case .failure(let error):
      append(StateFileFault(path: path.description, error: error))
      return nil
    }
  }
}
