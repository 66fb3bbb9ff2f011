/// Why edits could not be applied to a tree.
package enum TreeEditFailure: Error, Sendable {
  /// A file stands where a directory must be, or the other way round.
  case clash(PathClash)
  /// An object could not be read or made.
  case git(GitError)
}

extension NewObjects {
  /// Applies edits to a tree and adds the trees that come of it.
  ///
  /// Only the directories along the edited paths are read and made anew. A directory that
  /// becomes empty goes, as in Git there is none.
  ///
  /// - Parameters:
  ///   - edits: What is to become of which paths.
  ///   - base: The tree now; `nil` where there is none yet.
  ///   - reader: Where the trees along the paths are read.
  /// - Returns: The new tree, which may be the old one; that of the empty tree when nothing is
  ///   left.
  /// - Throws: `TreeEditFailure`.
  package mutating func apply(
    _ edits: TreeEdits, to base: ObjectID?, reading reader: some ObjectReader
  ) throws(TreeEditFailure) -> ObjectID {
    let result = try apply(edits.top, to: base, at: .root, reading: reader)
    if let result { return result }
    return try orGitFailure { () throws(GitError) in try add(.tree, []) }
  }

  /// Gives `nil` for a directory in which nothing is left.
  private mutating func apply(
    _ branch: TreeEdits.Branch, to base: ObjectID?, at path: StatePath,
    reading reader: some ObjectReader
  ) throws(TreeEditFailure) -> ObjectID? {
    let kept = branch.isRemoved ? nil : base
    let names = Array(branch.children.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let (tree, places) = try orGitFailure { () throws(GitError) in
      let tree = try kept.map { id throws(GitError) in try reader.tree(id) } ?? .empty
      return (tree, try tree.places(of: names))
    }
    var splice = TreeSplice(of: tree)
    for (name, place) in zip(names, places) {
      guard let child = branch.children[name] else { continue }
      try orGitFailure { () throws(GitError) in try GitError.checkCancellation() }
      let entry = try entry(
        for: child, at: path.child(checked: name), place: place, reading: reader)
      splice.replace(place, with: entry)
    }
    return try orGitFailure { () throws(GitError) in try add(splice, of: kept) }
  }

  /// What stands at a name afterwards; `nil` for nothing.
  private mutating func entry(
    for branch: TreeEdits.Branch, at path: StatePath, place: TreePlace,
    reading reader: some ObjectReader
  ) throws(TreeEditFailure) -> (mode: FileMode, id: ObjectID)? {
    let existing = branch.isRemoved ? nil : place.existing
    if let file = branch.file {
      if let existing, existing.mode.isDirectory {
        let clash = TreeEditFailure.clash(PathClash(path: path, existing: .directory))
        // Removals come first: a directory that they empty is no longer in the way.
        guard !branch.children.isEmpty else { throw clash }
        let rest = try apply(branch, to: existing.id, at: path, reading: reader)
        guard rest == nil else { throw clash }
      }
      return file
    }
    if let existing, !existing.mode.isDirectory {
      guard !branch.writesSomething else {
        throw .clash(PathClash(path: path, existing: .file))
      }
      return (existing.mode, existing.id)
    }
    let directory = try apply(branch, to: existing?.id, at: path, reading: reader)
    return directory.map { (.directory, $0) }
  }

  private mutating func add(
    _ splice: TreeSplice, of base: ObjectID?
  ) throws(GitError) -> ObjectID? {
    let bytes = splice.result
    if bytes.isEmpty { return nil }
    let tree = GitObject(kind: .tree, bytes: bytes)
    let id = try ObjectID(of: tree)
    if id == base { return id }
    let delta = base.map { (base: $0, instructions: splice.delta(resultSize: bytes.count)) }
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
