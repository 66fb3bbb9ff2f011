/// Why edits could not be applied to a tree.
package enum TreeEditFailure: Error, Sendable {
  /// There is a file where a directory must be, or the other way round.
  case clash(PathClash)
  /// An object could not be read or created.
  case git(GitError)
}

extension NewObjects {
  /// Applies edits to a tree and adds the resulting trees.
  ///
  /// Only the directories along the edited paths are read and written. A directory that becomes
  /// empty is removed, because Git has no empty directories.
  ///
  /// - Parameters:
  ///   - base: The current tree; `nil` if there is none yet.
  ///   - reader: The source of the trees along the paths.
  /// - Returns: The new tree, which may be the old one, or the empty tree.
  /// - Throws: `TreeEditFailure`.
  package mutating func apply(
    _ edits: TreeEdits, to base: ObjectID?, reading reader: some ObjectReader
  ) throws(TreeEditFailure) -> ObjectID {
    let result = try apply(edits.top, to: base, at: .root, reading: reader)
    if let result { return result }
    return try orGitFailure { () throws(GitError) in try add(.tree, []) }
  }

  /// Returns `nil` for a directory that becomes empty.
  private mutating func apply(
    _ node: TreeEdits.PathNode, to base: ObjectID?, at path: StatePath,
    reading reader: some ObjectReader
  ) throws(TreeEditFailure) -> ObjectID? {
    let kept = node.isRemoved ? nil : base
    let names = Array(node.children.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let (tree, points) = try orGitFailure { () throws(GitError) in
      let tree = try kept.map { id throws(GitError) in try reader.tree(id) } ?? .empty
      return (tree, try tree.insertionPoints(of: names))
    }
    var patch = TreePatch(of: tree)
    for (name, point) in zip(names, points) {
      guard let child = node.children[name] else { continue }
      try orGitFailure { () throws(GitError) in try GitError.checkCancellation() }
      let entry = try entry(
        for: child, at: path.child(checked: name), point: point, reading: reader)
      patch.replace(point, with: entry)
    }
    return try orGitFailure { () throws(GitError) in try add(patch, of: kept) }
  }

  /// The new entry of a name; `nil` for none.
  private mutating func entry(
    for node: TreeEdits.PathNode, at path: StatePath, point: TreeInsertionPoint,
    reading reader: some ObjectReader
  ) throws(TreeEditFailure) -> (mode: FileMode, id: ObjectID)? {
    let existing = node.isRemoved ? nil : point.existing
    if let file = node.file {
      if let existing, existing.mode.isDirectory {
        let clash = TreeEditFailure.clash(PathClash(path: path, existing: .directory))
        // Removals are applied first, and a directory that becomes empty is not in the way.
        guard !node.children.isEmpty else { throw clash }
        let rest = try apply(node, to: existing.id, at: path, reading: reader)
        guard rest == nil else { throw clash }
      }
      return file
    }
    if let existing, !existing.mode.isDirectory {
      guard !node.writesSomething else {
        throw .clash(PathClash(path: path, existing: .file))
      }
      return (existing.mode, existing.id)
    }
    let directory = try apply(node, to: existing?.id, at: path, reading: reader)
    return directory.map { (.directory, $0) }
  }

  private mutating func add(
    _ patch: TreePatch, of base: ObjectID?
  ) throws(GitError) -> ObjectID? {
    let bytes = patch.result
    if bytes.isEmpty { return nil }
    let tree = GitObject(kind: .tree, bytes: bytes)
    let id = try ObjectID(of: tree)
    if id == base { return id }
    let delta = base.map { (base: $0, instructions: patch.delta(resultSize: bytes.count)) }
    let isShorter = delta.map { $0.instructions.count < bytes.count / 2 } ?? false
    add(Object(id: id, object: tree, delta: isShorter ? delta : nil))
    return id
  }
}

private func orGitFailure<Result>(
  _ body: () throws(GitError) -> Result
) throws(TreeEditFailure) -> Result {
  do throws(GitError) { return try body() } catch { throw .git(error) }
}
