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
    let path = try landing { () throws(KratixError) in try destination.directory(in: store) }
    let top = try StatePath(checking: path)
    var found: [StatePath: PlacementContents] = [:]
    let directories = [try top.appending("resources"), try top.appending("dependencies")]
    for (directory, files) in try files(below: directories) {
      for (file, entry) in files {
        let names = file.text.utf8.split(separator: UInt8(ascii: "/")).map {
          String(decoding: $0, as: UTF8.self)
        }
        let below = Array(names.dropFirst(directory.components.count))
        guard let (owner, depth) = PlacementContents.Owner.read(below, in: directory.name) else {
          continue
        }
        let own = try directory.appending(below.prefix(depth).joined(separator: "/"))
        let new = PlacementContents(
          destination: destination, shortID: below[depth - 1], path: own, owner: owner)
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

extension PlacementContents.Owner {
  /// Reads the names below `resources` or `dependencies`, and says how many of them lead to the
  /// placement's own directory.
  static func read(
    _ names: [String], in directory: String?
  ) -> (owner: Self, depth: Int)? {
    if directory == "resources" {
      guard names.count > 5, WorkloadGroup.isShortID(names[4]) else { return nil }
      return (
        Self(namespace: names[0], promise: names[1], resource: names[2], pipeline: names[3]), 5
      )
    }
    if names.count > 3, WorkloadGroup.isShortID(names[2]) {
      return (Self(namespace: "", promise: names[0], resource: "", pipeline: names[1]), 3)
    }
    guard names.count > 2, names[1] == WorkloadGroup.defaultShortID else { return nil }
    return (Self(namespace: "", promise: names[0], resource: "", pipeline: ""), 2)
  }
}
