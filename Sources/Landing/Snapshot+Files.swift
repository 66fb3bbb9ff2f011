public import Git

/// A file, by its path below the directory that it was looked for in.
public struct TreeFile: Sendable, Hashable {
  /// The names from that directory down, with slashes.
  public let path: String
  /// What stands there.
  public let entry: TreeEntry
}

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
    let trees = try entries(at: directories).filter(\.value.mode.isDirectory).map { ($0, $1.id) }
    var files: [StatePath: [String: TreeEntry]] = [:]
    for ((directory, _), found) in zip(trees, try self.files(below: trees.map(\.1))) {
      let top = directory.components.isEmpty ? "" : "\(directory)/"
      files[directory] = Dictionary(
        found.map { ("\(top)\($0.path)", $0.entry) }, uniquingKeysWith: { first, _ in first })
    }
    return files
  }

  /// All files below directories whose trees are known already: the way down to them is saved.
  ///
  /// - Returns: For each tree, in their order, its files.
  /// - Throws: `GitError`.
  public func files(below trees: [ObjectID]) throws(GitError) -> [[TreeFile]] {
    var files: [[TreeFile]] = Array(repeating: [], count: trees.count)
    var level = trees.enumerated().map { Visit(start: $0, path: "", id: $1) }
    while !level.isEmpty {
      var next: [Visit] = []
      for (visit, tree) in zip(level, try reader.trees(level.map(\.id))) {
        for entry in tree.entries {
          let below = visit.path.isEmpty ? entry.name : "\(visit.path)/\(entry.name)"
          if entry.mode.isDirectory {
            next.append(Visit(start: visit.start, path: below, id: entry.id))
          } else {
            files[visit.start].append(TreeFile(path: below, entry: entry))
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
  let start: Int
  let path: String
  let id: ObjectID
}
