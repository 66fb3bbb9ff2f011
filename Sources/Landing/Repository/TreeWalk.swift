internal import Git

/// Finds what stands at many paths of many trees, level by level, so that all that is missing at
/// one level can be fetched together.
struct TreeWalk {
  private let reader: any ObjectReader

  init(_ reader: any ObjectReader) { self.reader = reader }

  /// What stands at each path of each tree; where nothing stands, there is no entry.
  ///
  /// - Parameter lastLevels: How many of the last directories of each path, together with all that
  ///   is in them, are few enough to be fetched at once.
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

  /// Goes from the entries at a depth to those one deeper, on all paths that go deeper.
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
        // A file has no entry in `below`, and nothing stands below it.
        found[top]?[path] = below[entry.id]?[Array(path.components[depth].utf8)]
      }
    }
  }

  /// One pass over a directory, however many of its names are looked for.
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
  /// Names all that is missing at once, and not one after another.
  func require(_ ids: some Collection<ObjectID>, levelsBelow: Int = 0) throws(GitError) {
    let missing = Set(ids).filter { !contains($0) }
    if !missing.isEmpty { throw .missing(missing.sorted(), levelsBelow: levelsBelow) }
  }
}
