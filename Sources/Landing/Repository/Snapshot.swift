package import Git

/// One commit of a state store, read as a whole.
///
/// Whatever is asked of it, the answer comes from that commit alone. An object that is not in the
/// cache is not an error to handle: `StateStore` fetches it and asks again.
package struct Snapshot {
  /// The commit; `nil` when the branch has none yet.
  package let id: ObjectID?
  /// What the commit says; `nil` when the branch has none yet.
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

  /// The directory that holds everything; `nil` when the branch has no commit yet.
  package var tree: ObjectID? { commit?.tree }

  /// The commit that last changed each of some files or directories of the snapshot.
  ///
  /// - Returns: A commit for each path, but for those that changed too long ago to be found.
  /// - Throws: `HistoryNeeded` with all paths that have to be looked up first.
  func lastCommits(
    of paths: some Collection<StatePath>
  ) throws(HistoryNeeded) -> [StatePath: Commit] {
    id == nil ? [:] : try history.lastCommits(of: paths)
  }

  /// What stands at a path; `nil` for nothing.
  ///
  /// - Throws: `GitError`.
  package func entry(at path: StatePath) throws(GitError) -> TreeEntry? {
    try entries(at: [path])[path]
  }

  /// What stands at many paths, found together so that what is missing can be fetched together.
  ///
  /// - Returns: An entry for each path where something stands.
  /// - Throws: `GitError`.
  package func entries(at paths: some Collection<StatePath>) throws(GitError)
    -> [StatePath: TreeEntry]
  {
    guard let tree else { return [:] }
    return try TreeWalk(reader).entries(at: paths, in: [tree])[tree] ?? [:]
  }

  /// The directories that stand at paths; a path where none stands is left out.
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

  /// Sees to it that objects are here, so that they can be read one after the other.
  ///
  /// - Throws: `GitError` with the code `objectMissing` and all that are not.
  package func require(_ ids: some Collection<ObjectID>) throws(GitError) {
    try reader.require(ids)
  }

  /// What files hold, found together; a large one is not read.
  ///
  /// - Parameter limit: How many bytes a file may have to be read.
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

  /// The bytes of files, found together.
  ///
  /// - Throws: `GitError`.
  package func blobs(_ ids: some Collection<ObjectID>) throws(GitError) -> [ObjectID: [UInt8]] {
    let ids = Set(ids)
    let blobs = try reader.all(ids) { id throws(GitError) in try reader.blob(id) }
    return Dictionary(uniqueKeysWithValues: zip(ids, blobs))
  }
}

/// What a file holds, as far as it was read.
package enum FileContent: Sendable {
  /// All of it.
  case bytes([UInt8])
  /// More bytes than were to be read.
  case tooLarge(byteCount: Int)
}
