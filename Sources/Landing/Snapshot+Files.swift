public import Git

extension Snapshot {
  /// All files below many directories, found together so that what is missing can be fetched
  /// together.
  ///
  /// - Returns: For each directory that is there, its files by their paths from the top of the
  ///   repository.
  /// - Throws: `GitError`.
  public func files(
    below directories: some Collection<StatePath>
  ) throws(GitError) -> [StatePath: [String: TreeEntry]] {
    try files(
      below: entries(at: directories).filter(\.value.mode.isDirectory).mapValues(\.id))
  }

  /// All files below directories whose trees are known already: the way down to them is saved.
  ///
  /// - Returns: For each directory its files by their paths from the top of the repository.
  /// - Throws: `GitError`.
  public func files(
    below trees: [StatePath: ObjectID]
  ) throws(GitError) -> [StatePath: [String: TreeEntry]] {
    var files: [StatePath: [String: TreeEntry]] = [:]
    files.reserveCapacity(trees.count)
    var level: [Visit] = []
    for (directory, id) in trees {
      files[directory] = [:]
      level.append(Visit(start: directory, path: directory.description, id: id))
    }
    while !level.isEmpty {
      try reader.require(level.map(\.id))
      var next: [Visit] = []
      for visit in level {
        for entry in try reader.tree(visit.id).entries {
          let below = visit.path.isEmpty ? entry.name : "\(visit.path)/\(entry.name)"
          if entry.mode.isDirectory {
            next.append(Visit(start: visit.start, path: below, id: entry.id))
          } else {
            files[visit.start]?[below] = entry
          }
        }
      }
      level = next
    }
    return files
  }
}

/// A directory on the way down from the one that was asked for.
private struct Visit {
  let start: StatePath
  let path: String
  let id: ObjectID
}
