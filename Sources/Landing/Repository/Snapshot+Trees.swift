package import Git

extension Snapshot {
  /// Directories by their ids, read together so that missing trees can be fetched together.
  ///
  /// - Returns: The trees, in the order of the ids.
  /// - Throws: `GitError`.
  package func trees(_ ids: [ObjectID]) throws(GitError) -> [Tree] { try reader.trees(ids) }
}

extension ObjectReader {
  /// Reads directories.
  ///
  /// - Throws: `GitError` with all missing objects at once.
  func trees(_ ids: [ObjectID]) throws(GitError) -> [Tree] {
    try all(ids) { id throws(GitError) in try tree(id) }
  }

  /// Reads objects, each with one look-up: `require` would be a second one.
  ///
  /// - Throws: `GitError` with all missing objects at once.
  func all<Value>(
    _ ids: some Collection<ObjectID>, _ read: (ObjectID) throws(GitError) -> Value
  ) throws(GitError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(ids.count)
    var missing: Set<ObjectID> = []
    for id in ids {
      do throws(GitError) {
        values.append(try read(id))
      } catch {
        guard error.code == .objectMissing else { throw error }
        missing.formUnion(error.objects)
      }
    }
    if !missing.isEmpty { throw .missing(missing.sorted()) }
    return values
  }
}
