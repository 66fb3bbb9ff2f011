package import Git

/// The commits along first parents, newest first, as far as they are on this machine.
package struct FirstParentLog: Sendable {
  package let commits: [LogEntry]
  /// Whether the last one is the root commit.
  package let isWhole: Bool

  init(from tip: ObjectID, atMost count: Int, reading reader: any ObjectReader) throws(GitError) {
    var commits: [LogEntry] = []
    var next: ObjectID? = tip
    while let id = next, commits.count < count, commits.isEmpty || reader.contains(id) {
      let commit = try reader.commit(id)
      commits.append(LogEntry(id: id, commit: commit))
      next = commit.parents.first
    }
    self.commits = commits
    self.isWhole = next == nil
  }

  func histories(
    of paths: [StatePath], reading reader: any ObjectReader
  ) throws(GitError) -> [StatePath: PathHistory] {
    let trees = commits.map(\.commit.tree)
    let entries = try TreeWalk(reader).entries(at: paths, in: Set(trees))
    var histories: [StatePath: PathHistory] = [:]
    for path in paths {
      histories[path] = history(of: trees.map { entries[$0]?[path]?.id })
    }
    return histories
  }

  /// The commits that changed any of some paths, newest first.
  func changes(
    of paths: [StatePath], reading reader: any ObjectReader
  ) throws(GitError) -> [LogEntry] {
    let trees = commits.map(\.commit.tree)
    let entries = try TreeWalk(reader).entries(at: paths, in: Set(trees))
    var changed: Set<Int> = []
    for path in paths { changed.formUnion(changes(of: trees.map { entries[$0]?[path]?.id })) }
    return changed.sorted().map { commits[$0] }
  }

  /// - Parameter ids: The object at the path at each commit.
  /// - Returns: The indices of the commits that changed it.
  private func changes(of ids: [ObjectID?]) -> [Int] {
    ids.indices.filter { index in
      index + 1 < ids.count ? ids[index] != ids[index + 1] : isWhole && ids[index] != nil
    }
  }

  /// - Parameter ids: The object at the path at each commit.
  private func history(of ids: [ObjectID?]) -> PathHistory {
    let changes = changes(of: ids)
    let exists = ids.first.map { $0 != nil } ?? false
    let lastPresent = exists ? nil : changes.dropFirst().first
    return PathHistory(
      existsAtTip: exists, lastChange: changes.first.map { commits[$0] },
      lastPresentCommit: lastPresent.map { commits[$0] }, commitsSeen: commits.count,
      isWhole: isWhole)
  }

  /// Which of some paths were changed, themselves or below, by any of some commits.
  func changedPaths(
    by ids: [ObjectID], among paths: Set<String>, reading reader: any ObjectReader
  ) throws(GitError) -> Set<String> {
    let places = Dictionary(uniqueKeysWithValues: zip(commits.map(\.id), commits.indices))
    var missing: Set<ObjectID> = []
    var changed: Set<String> = []
    let search = ChangedPaths(among: paths)
    for id in ids {
      // What the last known commit changed is not known, unless it is the root commit.
      guard let place = places[id], place + 1 < commits.count || isWhole else { continue }
      let before = place + 1 < commits.count ? commits[place + 1].commit.tree : nil
      do throws(GitError) {
        changed.formUnion(
          try search.run(from: before, to: commits[place].commit.tree, reading: reader))
      } catch {
        guard error.code == .objectMissing else { throw error }
        missing.formUnion(error.objects)
      }
    }
    if !missing.isEmpty { throw .missing(missing.sorted()) }
    return changed
  }
}

/// The history of one path, as far back as was read.
package struct PathHistory: Sendable, Hashable {
  package let existsAtTip: Bool
  /// The commit that last changed or removed it; `nil` when none of those read did.
  package let lastChange: LogEntry?
  /// Of a path that does not exist at the tip: the last commit before its removal that changed it.
  package let lastPresentCommit: LogEntry?
  /// How many commits were read.
  package let commitsSeen: Int
  /// Whether the last one is the root commit.
  package let isWhole: Bool

  /// Whether more commits would add nothing.
  var isSettled: Bool {
    isWhole || existsAtTip && lastChange != nil || !existsAtTip && lastPresentCommit != nil
  }
}
