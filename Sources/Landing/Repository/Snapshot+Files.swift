package import Git

/// A file below a directory.
package struct TreeFile: Sendable, Hashable {
  /// The path from that directory.
  package let path: String
  package let entry: TreeEntry
}

extension Snapshot {
  /// All files below many directories, read together so that missing trees can be fetched together.
  ///
  /// - Returns: For each directory that exists, its files by their paths from the root.
  /// - Throws: `GitError`.
  package func files(
    below directories: some Collection<StatePath>
  ) throws(GitError) -> [StatePath: [TreePath: TreeEntry]] {
    let trees = try entries(at: directories).filter(\.value.mode.isDirectory).map { ($0, $1.id) }
    var files: [StatePath: [TreePath: TreeEntry]] = [:]
    for ((directory, _), found) in zip(trees, try self.files(below: trees.map(\.1))) {
      let top = directory.components.isEmpty ? "" : "\(directory)/"
      files[directory] = Dictionary(
        found.map { (TreePath(top + $0.path), $0.entry) }, uniquingKeysWith: { first, _ in first })
    }
    return files
  }

  /// All files below directories whose trees are known.
  ///
  /// - Returns: For each tree, in their order, its files.
  /// - Throws: `GitError`.
  package func files(below trees: [ObjectID]) throws(GitError) -> [[TreeFile]] {
    try files(below: trees, atMost: .max).map { $0 ?? [] }
  }

  /// The same with a limit.
  ///
  /// - Parameter count: The maximal number of files below a tree.
  /// - Returns: For each tree, in their order, its files; `nil` where there are more.
  /// - Throws: `GitError`.
  package func files(
    below trees: [ObjectID], atMost count: Int
  ) throws(GitError) -> [[TreeFile]?] {
    var files: [[TreeFile]?] = Array(repeating: [], count: trees.count)
    var level = trees.enumerated().map { Visit(start: $0, path: "", id: $1) }
    while !level.isEmpty {
      var next: [Visit] = []
      for (visit, tree) in zip(level, try reader.trees(level.map(\.id))) {
        // Removed from the array while it grows, so that it is not copied.
        guard var found = files[visit.start] else { continue }
        files[visit.start] = nil
        var isBounded = true
        tree.forEachEntry { entry in
          let below = visit.path.isEmpty ? entry.name : "\(visit.path)/\(entry.name)"
          if entry.mode.isDirectory {
            next.append(Visit(start: visit.start, path: below, id: entry.id))
          } else {
            isBounded = found.count < count
            if isBounded { found.append(TreeFile(path: below, entry: entry)) }
          }
          return isBounded
        }
        if isBounded { files[visit.start] = found }
      }
      level = next.filter { files[$0.start] != nil }
    }
    return files
  }

  /// Visits all files below a directory in slices, so that memory does not grow with their number.
  ///
  /// - Parameters:
  ///   - tree: The directory.
  ///   - size: The number of files in a slice.
  ///   - body: Called with each slice, in Git's order.
  /// - Throws: `GitError`, and what the body throws.
  package func forEachSlice(
    of size: Int, below tree: ObjectID, _ body: ([TreeFile]) throws -> Void
  ) throws {
    try withoutActuallyEscaping(body) { body in
      var walk = SliceWalk(reader: reader, size: size, body: body)
      try walk.run(tree, path: "")
      try walk.flush()
    }
  }
}

/// A walk through all files below a directory, depth first.
private struct SliceWalk {
  let reader: any ObjectReader
  let size: Int
  let body: ([TreeFile]) throws -> Void
  private var slice: [TreeFile] = []

  init(reader: any ObjectReader, size: Int, body: @escaping ([TreeFile]) throws -> Void) {
    self.reader = reader
    self.size = size
    self.body = body
  }

  mutating func run(_ id: ObjectID, path: String) throws {
    let tree = try reader.tree(id)
    var directories: [TreeEntry] = []
    var failure: (any Error)?
    tree.forEachEntry { entry in
      guard !entry.mode.isDirectory else {
        directories.append(entry)
        return true
      }
      slice.append(
        TreeFile(path: path.isEmpty ? entry.name : "\(path)/\(entry.name)", entry: entry))
      guard slice.count == size else { return true }
      do { try flush() } catch { failure = error }
      return failure == nil
    }
    if let failure { throw failure }
    try reader.require(directories.map(\.id))
    for entry in directories {
      try run(entry.id, path: path.isEmpty ? entry.name : "\(path)/\(entry.name)")
    }
  }

  mutating func flush() throws {
    guard !slice.isEmpty else { return }
    let files = slice
    slice = []
    try body(files)
  }
}

/// A directory to be read, below the tree with the index `start`.
private struct Visit {
  let start: Int
  let path: String
  let id: ObjectID
}
