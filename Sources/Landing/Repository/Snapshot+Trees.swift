package import Git

extension Snapshot {
  /// Directories by their ids, found together so that what is missing can be fetched together.
  ///
  /// - Returns: The trees, in the order of the ids.
  /// - Throws: `GitError`.
  package func trees(_ ids: [ObjectID]) throws(GitError) -> [Tree] { try reader.trees(ids) }
}

extension ObjectReader {
  /// Reads directories, and names all that are missing at once.
  func trees(_ ids: [ObjectID]) throws(GitError) -> [Tree] {
    try all(ids) { id throws(GitError) in try tree(id) }
  }

  /// Reads objects, and names all that are missing at once.
  ///
  /// An object is looked for once: to ask first whether it is here would be a second search.
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
