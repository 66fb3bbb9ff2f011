public import Git

extension Snapshot {
  /// Directories by their ids, found together so that what is missing can be fetched together.
  ///
  /// - Throws: `GitError`.
  public func trees(_ ids: some Collection<ObjectID>) throws(GitError) -> [ObjectID: Tree] {
    try reader.require(ids)
    var trees: [ObjectID: Tree] = [:]
    for id in ids where trees[id] == nil { trees[id] = try reader.tree(id) }
    return trees
  }
}
