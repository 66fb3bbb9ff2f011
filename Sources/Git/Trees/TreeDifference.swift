/// A file that differs between two trees.
package struct TreeDifference: Sendable, Hashable {
  package let path: String
  /// The old entry; `nil` if the file was added.
  package let old: TreeEntry?
  /// The new entry; `nil` if the file was removed.
  package let new: TreeEntry?
}

extension ObjectReader {
  /// Compares two trees file by file; directories with the same id are not opened.
  ///
  /// - Parameters:
  ///   - old: The tree before; `nil` for none.
  ///   - new: The tree after; `nil` for none.
  /// - Returns: The files that differ, by path.
  /// - Throws: `GitError`; `objectMissing` names all missing trees of one level, so that they can be
  ///   fetched together.
  package func differences(
    from old: ObjectID?, to new: ObjectID?
  ) throws(GitError) -> [TreeDifference] {
    var found: [TreeDifference] = []
    var level = [TreePair(path: "", old: old, new: new)]
    while !level.isEmpty {
      try requireTrees(of: level)
      var next: [TreePair] = []
      for pair in level where pair.old != pair.new {
        try compare(pair, differences: &found, below: &next)
      }
      level = next
    }
    return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private func requireTrees(of pairs: [TreePair]) throws(GitError) {
    let wanted = pairs.filter { $0.old != $0.new }.flatMap { [$0.old, $0.new] }.compactMap { $0 }
    let missing = Set(wanted).filter { !contains($0) }
    if !missing.isEmpty { throw .missing(missing.sorted()) }
  }

  private func compare(
    _ pair: TreePair, differences: inout [TreeDifference], below: inout [TreePair]
  ) throws(GitError) {
    let old = try entries(of: pair.old)
    let new = try entries(of: pair.new)
    for bytes in Set(old.keys).union(new.keys) {
      let (before, after) = (old[bytes], new[bytes])
      if before == after { continue }
      let name = String(decoding: bytes, as: UTF8.self)
      let path = pair.path.isEmpty ? name : pair.path + "/" + name
      let directories = [before, after].map { $0?.mode.isDirectory == true ? $0?.id : nil }
      if directories.contains(where: { $0 != nil }) {
        below.append(TreePair(path: path, old: directories[0], new: directories[1]))
      }
      let files = [before, after].map { $0?.mode.isDirectory == false ? $0 : nil }
      if files.contains(where: { $0 != nil }) {
        differences.append(TreeDifference(path: path, old: files[0], new: files[1]))
      }
    }
  }

  /// The entries by the bytes of their names, because names that are equal in Unicode, or invalid,
  /// can be different files.
  private func entries(of id: ObjectID?) throws(GitError) -> [[UInt8]: TreeEntry] {
    guard let id else { return [:] }
    var entries: [[UInt8]: TreeEntry] = [:]
    try tree(id).scan { scanned in
      entries[Array(scanned.name)] = scanned.entry
      return true
    }
    return entries
  }
}

private struct TreePair {
  let path: String
  let old: ObjectID?
  let new: ObjectID?
}
