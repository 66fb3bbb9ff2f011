internal import Git

/// Finds the entries at many paths of many trees, level by level, so that all missing trees of a
/// level can be fetched together.
struct TreeWalk {
  private let reader: any ObjectReader

  init(_ reader: any ObjectReader) { self.reader = reader }

  /// The entry at each path of each tree; paths that do not exist are left out.
  ///
  /// - Parameter lastLevels: How many of the last directories of each path have so few entries that
  ///   they are fetched with all of them.
  func entries(
    at paths: some Collection<StatePath>, in tops: some Collection<ObjectID>, lastLevels: Int = 0
  ) throws(GitError) -> [ObjectID: [StatePath: TreeEntry]] {
    let paths = Set(paths)
    var found: [ObjectID: [StatePath: TreeEntry]] = [:]
    for top in tops {
      let entry = TreeEntry(name: "", mode: .directory, id: top)
      found[top] = Dictionary(uniqueKeysWithValues: paths.map { ($0, entry) })
    }
    for depth in 0..<(paths.map(\.components.count).max() ?? 0) {
      try descend(&found, to: depth, lastLevels: lastLevels)
    }
    return found
  }

  /// Replaces the entries at a depth by those one level deeper, for all paths that go deeper.
  private func descend(
    _ found: inout [ObjectID: [StatePath: TreeEntry]], to depth: Int, lastLevels: Int
  ) throws(GitError) {
    let goesDeeper = { (path: StatePath) in path.components.count > depth }
    let directories = found.values.joined()
      .filter { goesDeeper($0.key) && $0.value.mode.isDirectory }
    let rest = directories.map { $0.key.components.count - depth }.max() ?? 0
    try reader.require(
      directories.map(\.value.id), levelsBelow: rest <= lastLevels ? rest : 0)
    var names: [ObjectID: Set<[UInt8]>] = [:]
    for (path, entry) in directories {
      names[entry.id, default: []].insert(Array(path.components[depth].utf8))
    }
    var below: [ObjectID: [[UInt8]: TreeEntry]] = [:]
    for (id, names) in names { below[id] = try entries(named: names, in: id) }
    for (top, entries) in found {
      for (path, entry) in entries where goesDeeper(path) {
        // A file has no entry in `below`: paths below it do not exist.
        found[top]?[path] = below[entry.id]?[Array(path.components[depth].utf8)]
      }
    }
  }

  /// Finds any number of names in one pass over a directory.
  private func entries(
    named names: Set<[UInt8]>, in id: ObjectID
  ) throws(GitError) -> [[UInt8]: TreeEntry] {
    try GitError.checkCancellation()
    let names = Array(names)
    let entries = try reader.tree(id).entries(named: names)
    return Dictionary(uniqueKeysWithValues: zip(names, entries)).compactMapValues(\.self)
  }
}

extension ObjectReader {
  /// - Throws: `GitError` with all missing objects at once.
  func require(_ ids: some Collection<ObjectID>, levelsBelow: Int = 0) throws(GitError) {
    let missing = Set(ids).filter { !contains($0) }
    if !missing.isEmpty { throw .missing(missing.sorted(), levelsBelow: levelsBelow) }
  }
}
