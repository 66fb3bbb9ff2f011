package import Git

/// One commit of a state store.
///
/// Everything that is read comes from that commit. An object that is not in the cache is reported as
/// `GitError` with the code `objectMissing`; `ObjectCache` fetches it and runs the reading again.
package struct Snapshot {
  /// The commit; `nil` when the branch has none yet.
  package let id: ObjectID?
  /// The parsed commit; `nil` when the branch has none yet.
  package let commit: Commit?
  let reader: any ObjectReader
  private let history: KnownHistory

  init(
    of id: ObjectID?, reading reader: any ObjectReader, history: KnownHistory = KnownHistory()
  ) throws(GitError) {
    self.id = id
    self.commit = try id.map { id throws(GitError) in try reader.commit(id) }
    self.reader = reader
    self.history = history
  }

  /// The root tree; `nil` when the branch has no commit yet.
  package var tree: ObjectID? { commit?.tree }

  /// The paths of the files that are not as they are in another tree.
  ///
  /// - Throws: `GitError`.
  package func changedPaths(since other: ObjectID?) throws(GitError) -> [String] {
    try reader.differences(from: other, to: tree).map(\.path)
  }

  /// The commit that last changed each of some files or directories of the snapshot.
  ///
  /// - Returns: A commit for each path, but for those that changed too long ago to be found.
  /// - Throws: `HistoryNeeded` with all paths that have to be looked up first.
  func lastCommits(
    of paths: some Collection<StatePath>
  ) throws(HistoryNeeded) -> [StatePath: Commit] {
    id == nil ? [:] : try history.lastCommits(of: paths)
  }

  /// The entry at a path; `nil` when it does not exist.
  ///
  /// - Throws: `GitError`.
  package func entry(at path: StatePath) throws(GitError) -> TreeEntry? {
    try entries(at: [path])[path]
  }

  /// The entries at many paths, read together so that missing trees can be fetched together.
  ///
  /// - Returns: An entry for each path that exists.
  /// - Throws: `GitError`.
  package func entries(at paths: some Collection<StatePath>) throws(GitError)
    -> [StatePath: TreeEntry]
  {
    guard let tree else { return [:] }
    return try TreeWalk(reader).entries(at: paths, in: [tree])[tree] ?? [:]
  }

  /// The directories at paths; a path without a directory is left out.
  ///
  /// - Parameter lastLevels: How many of the last directories of each path are few enough to be
  ///   fetched with all their entries at once.
  /// - Throws: `GitError`.
  package func trees(
    at paths: some Collection<StatePath>, lastLevels: Int = 0
  ) throws(GitError) -> [StatePath: Tree] {
    guard let tree else { return [:] }
    let found = try TreeWalk(reader).entries(at: paths, in: [tree], lastLevels: lastLevels)
    let directories = (found[tree] ?? [:]).filter(\.value.mode.isDirectory)
    try reader.require(directories.values.map(\.id))
    var trees: [StatePath: Tree] = [:]
    for (path, entry) in directories { trees[path] = try reader.tree(entry.id) }
    return trees
  }

  /// All files below a directory, by their paths from the top of the repository.
  ///
  /// - Throws: `GitError`.
  package func files(below directory: StatePath) throws(GitError) -> [TreePath: TreeEntry] {
    try files(below: [directory])[directory] ?? [:]
  }

  /// Checks that objects are available, so that they can be read one after the other.
  ///
  /// - Throws: `GitError` with the code `objectMissing` and all that are missing.
  package func require(_ ids: some Collection<ObjectID>) throws(GitError) {
    try reader.require(ids)
  }

  /// The contents of files, read together; large files are not read.
  ///
  /// - Parameter limit: The size up to which a file is read, in bytes.
  /// - Throws: `GitError`.
  package func contents(
    of ids: some Collection<ObjectID>, atMost limit: Int
  ) throws(GitError) -> [ObjectID: FileContent] {
    let ids = Set(ids)
    let contents = try reader.all(ids) { id throws(GitError) in
      let count = try reader.byteCount(of: id)
      return count > limit
        ? FileContent.tooLarge(byteCount: count) : .bytes(try reader.blob(id))
    }
    return Dictionary(uniqueKeysWithValues: zip(ids, contents))
  }

  /// The bytes of files, read together.
  ///
  /// - Throws: `GitError`.
  package func blobs(_ ids: some Collection<ObjectID>) throws(GitError) -> [ObjectID: [UInt8]] {
    let ids = Set(ids)
    let blobs = try reader.all(ids) { id throws(GitError) in try reader.blob(id) }
    return Dictionary(uniqueKeysWithValues: zip(ids, blobs))
  }
}

/// The content of a file, unless it is too large.
package enum FileContent: Sendable {
  case bytes([UInt8])
  /// Not read.
  case tooLarge(byteCount: Int)
}
