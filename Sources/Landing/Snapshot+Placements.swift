internal import Git
public import Kratix

extension Snapshot {
  /// All placements that stand at a Destination, with what belongs to them, in any filepath mode.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `LandingError` for a
  ///   state file that cannot be read, and for a Destination's path that is not safe.
  public func placements(
    at destination: Destination, in store: GitStateStore
  ) throws -> [PlacementContents] {
    let found =
      switch destination.filepathMode {
      case .nestedByMetadata: try nestedPlacements(at: destination, in: store)
      case .none: try listedPlacements(at: destination, in: store)
      case .aggregatedYAML: try aggregatedPlacements(at: destination, in: store)
      }
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
        let names = file.utf8.split(separator: UInt8(ascii: "/")).map {
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
    at destination: Destination, in store: GitStateStore
  ) throws -> [PlacementContents] {
    let files = try StateFiles(of: destination, in: store, self)
    let listed = try files.listed(in: files.entries.keys)
    let entries = try entries(at: Set(listed.values.joined()))
    return try listed.map { name, paths in
      var contents = PlacementContents(
        destination: destination, shortID: name.shortID, path: try files.path(of: name),
        stateFile: name)
      for path in paths {
        if let entry = entries[path], !entry.mode.isDirectory {
          contents.files[path.description] = entry
        } else {
          contents.missing.append(path.description)
        }
      }
      return contents
    }
  }

  private func aggregatedPlacements(
    at destination: Destination, in store: GitStateStore
  ) throws -> [PlacementContents] {
    let files = try StateFiles(of: destination, in: store, self)
    return try files.states().map { name, state in
      PlacementContents(
        destination: destination, shortID: name.shortID, path: try files.path(of: name),
        stateFile: name, state: state)
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
