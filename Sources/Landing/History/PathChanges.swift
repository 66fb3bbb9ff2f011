internal import Git

/// Which commits of a log changed some paths, as `git log -- PATH` lists them: of a merge that left a
/// path as one of its parents has it, that parent alone is followed (git-log(1), "History
/// Simplification").
///
/// Directories without files do not exist for git, at any depth.
struct PathChanges {
  /// Indices of commits, the newest first.
  private(set) var commits: [Int] = []
  /// Whether there are no others.
  private(set) var isWhole = true

  /// - Parameters:
  ///   - count: How many are enough.
  ///   - isSame: Whether a commit has the paths as another one has them; `nil` for a commit before
  ///     the first, which has none.
  init(
    in log: CommitLog, atMost count: Int = .max,
    isSame: (Int, Int?) throws(GitError) -> Bool
  ) throws(GitError) {
    // The last element is the newest.
    var waiting = [0]
    var seen: Set<Int> = [0]
    while let index = waiting.popLast() {
      if commits.count == count {
        isWhole = false
        return
      }
      switch try Self.step(from: index, in: log, isSame) {
      case .unknown: isWhole = false
      case .unchanged(let parent?):
        if seen.insert(parent).inserted { waiting.insert(sorted: parent) }
      case .unchanged(nil): break
      case .changed(let parents):
        commits.append(index)
        for parent in parents where seen.insert(parent).inserted {
          waiting.insert(sorted: parent)
        }
      }
    }
  }

  private enum Step {
    /// A parent is not in the log.
    case unknown
    case unchanged(since: Int?)
    case changed(parents: [Int])
  }

  private static func step(
    from index: Int, in log: CommitLog, _ isSame: (Int, Int?) throws(GitError) -> Bool
  ) throws(GitError) -> Step {
    let parents = log.parents[index]
    if parents.isEmpty {
      return try isSame(index, nil) ? .unchanged(since: nil) : .changed(parents: [])
    }
    for parent in parents {
      guard let parent else { return .unknown }
      if try isSame(index, parent) { return .unchanged(since: parent) }
    }
    return .changed(parents: parents.compactMap(\.self))
  }
}

extension [Int] {
  /// Inserts an index into an array whose last element is the smallest.
  fileprivate mutating func insert(sorted index: Int) {
    insert(index, at: (firstIndex { $0 < index }) ?? count)
  }
}

extension CommitLog {
  /// - Parameter exist: Whether the paths are known to have files: then no directory is read to see
  ///   whether it has any.
  func histories(
    of paths: [StatePath], thatExist exist: Bool = false, reading reader: any ObjectReader
  ) throws(GitError) -> [StatePath: PathHistory] {
    let entries = try PathEntries(of: paths, in: self, reading: reader)
    var presence = FilePresence(reader: reader, isAssumed: exist)
    var histories: [StatePath: PathHistory] = [:]
    var missing: Set<ObjectID> = []
    for path in paths {
      do throws(GitError) {
        histories[path] = try history(of: entries[path], &presence)
      } catch {
        guard error.code == .objectMissing else { throw error }
        missing.formUnion(error.objects)
      }
    }
    if !missing.isEmpty { throw .missing(missing.sorted()) }
    return histories
  }

  private func history(
    of entries: [TreeEntry?], _ presence: inout FilePresence
  ) throws(GitError) -> PathHistory {
    var exists = false
    if let tip = entries.first ?? nil { exists = try presence.hasFiles(tip) }
    let changes = try PathChanges(in: self, atMost: exists ? 1 : 2) {
      (one, other) throws(GitError) in
      try presence.isSame(entries[one], other.flatMap { entries[$0] })
    }
    return PathHistory(
      existsAtTip: exists, lastChange: changes.commits.first.map { commits[$0] },
      lastPresentCommit: exists ? nil : changes.commits.dropFirst().first.map { commits[$0] },
      commitsSeen: commits.count, isWhole: changes.isWhole)
  }

  /// The commits that changed any of some paths, newest first, and whether there are no others.
  func changes(
    of paths: [StatePath], atMost count: Int, reading reader: any ObjectReader
  ) throws(GitError) -> (commits: [LogEntry], isWhole: Bool) {
    let entries = try PathEntries(of: paths, in: self, reading: reader)
    let columns = paths.map { entries[$0] }
    var presence = FilePresence(reader: reader)
    let changes = try PathChanges(in: self, atMost: count) { (one, other) throws(GitError) in
      for column in columns {
        guard try presence.isSame(column[one], other.flatMap { column[$0] }) else { return false }
      }
      return true
    }
    return (changes.commits.map { commits[$0] }, changes.isWhole)
  }
}

/// What the commits of a log have at some paths.
struct PathEntries {
  private let trees: [ObjectID]
  private let entries: [ObjectID: [StatePath: TreeEntry]]

  init(
    of paths: [StatePath], in log: CommitLog, reading reader: any ObjectReader
  ) throws(GitError) {
    trees = log.commits.map(\.commit.tree)
    entries = try TreeWalk(reader).entries(at: paths, in: Set(trees))
  }

  /// The entry of each commit at a path, though it may be a directory without files.
  subscript(path: StatePath) -> [TreeEntry?] { trees.map { entries[$0]?[path] } }
}

/// Whether entries are files, or have any below them.
private struct FilePresence {
  let reader: any ObjectReader
  /// Whether every entry is taken to have files.
  var isAssumed = false
  private var known: [ObjectID: Bool] = [:]

  init(reader: any ObjectReader, isAssumed: Bool = false) {
    self.reader = reader
    self.isAssumed = isAssumed
  }

  mutating func isSame(_ entry: TreeEntry?, _ former: TreeEntry?) throws(GitError) -> Bool {
    if entry == former { return true }
    // Where the one has files it differs, whatever the other has.
    if let entry, try hasFiles(entry) { return false }
    guard let former else { return true }
    return try !hasFiles(former)
  }

  mutating func hasFiles(_ entry: TreeEntry) throws(GitError) -> Bool {
    guard entry.mode.isDirectory, !isAssumed else { return true }
    if let known = known[entry.id] { return known }
    var hasFile = false
    var below: [TreeEntry] = []
    try reader.tree(entry.id).forEachEntry { entry in
      hasFile = !entry.mode.isDirectory
      if !hasFile { below.append(entry) }
      return !hasFile
    }
    if !hasFile {
      try reader.require(below.map(\.id))
      for directory in below where !hasFile { hasFile = try hasFiles(directory) }
    }
    known[entry.id] = hasFile
    return hasFile
  }
}
