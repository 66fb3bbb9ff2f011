internal import Git

/// Finds which of some paths differ between two trees, themselves or below.
struct ChangedPaths {
  private let paths: Set<String>
  /// All directories above the paths.
  private let above: Set<String>

  init(among paths: Set<String>) {
    self.paths = paths
    var above: Set<String> = []
    for path in paths {
      var rest = path[...]
      while let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) {
        rest = rest[..<slash]
        guard above.insert(String(rest)).inserted else { break }
      }
    }
    self.above = above
  }

  /// - Throws: `GitError`; `objectMissing` names all missing trees of one level.
  func run(
    from old: ObjectID?, to new: ObjectID?, reading reader: any ObjectReader
  ) throws(GitError) -> Set<String> {
    var changed: Set<String> = []
    // The root itself may be one of the paths.
    if old != new, paths.contains("") { changed.insert("") }
    var level = [Pair(path: "", old: old, new: new)]
    while !level.isEmpty {
      let pairs = level.filter { $0.old != $0.new }
      try reader.require(pairs.flatMap { [$0.old, $0.new] }.compactMap(\.self))
      level = []
      for pair in pairs { try compare(pair, reader, &changed, below: &level) }
    }
    return changed
  }

  private struct Pair {
    let path: String
    var old: ObjectID?
    var new: ObjectID?
  }

  private func compare(
    _ pair: Pair, _ reader: any ObjectReader, _ changed: inout Set<String>, below: inout [Pair]
  ) throws(GitError) {
    let old = try wanted(pair.old, at: pair.path, reader)
    let new = try wanted(pair.new, at: pair.path, reader)
    for path in Set(old.keys).union(new.keys) {
      let (before, after) = (old[path], new[path])
      if before == after { continue }
      if paths.contains(path) { changed.insert(path) }
      guard above.contains(path) else { continue }
      let directories = [before, after].map { $0?.mode.isDirectory == true ? $0?.id : nil }
      below.append(Pair(path: path, old: directories[0], new: directories[1]))
    }
  }

  /// The entries that are one of the paths, or above one, by their paths.
  private func wanted(
    _ id: ObjectID?, at directory: String, _ reader: any ObjectReader
  ) throws(GitError) -> [String: TreeEntry] {
    guard let id else { return [:] }
    var wanted: [String: TreeEntry] = [:]
    try reader.tree(id).forEachEntry { entry in
      let path = directory.isEmpty ? entry.name : "\(directory)/\(entry.name)"
      if paths.contains(path) || above.contains(path) { wanted[path] = entry }
      return true
    }
    return wanted
  }
}
