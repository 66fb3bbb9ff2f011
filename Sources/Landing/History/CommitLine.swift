package import Git

/// Commits along first parents, newest first, as far as they are known.
package struct CommitLine: Sendable {
  /// The commits.
  package let commits: [History.Element]
  /// Whether the last one is the first commit of all.
  package let isWhole: Bool

  init(from tip: ObjectID, atMost count: Int, reading reader: any ObjectReader) throws(GitError) {
    var commits: [History.Element] = []
    var next: ObjectID? = tip
    while let id = next, commits.count < count, commits.isEmpty || reader.contains(id) {
      let commit = try reader.commit(id)
      commits.append(History.Element(id: id, commit: commit))
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
  ) throws(GitError) -> [History.Element] {
    let trees = commits.map(\.commit.tree)
    let entries = try TreeWalk(reader).entries(at: paths, in: Set(trees))
    var changed: Set<Int> = []
    for path in paths { changed.formUnion(changes(of: trees.map { entries[$0]?[path]?.id })) }
    return changed.sorted().map { commits[$0] }
  }

  /// - Parameter ids: What stood at the path at each commit.
  /// - Returns: The places of the commits that changed it.
  private func changes(of ids: [ObjectID?]) -> [Int] {
    ids.indices.filter { index in
      index + 1 < ids.count ? ids[index] != ids[index + 1] : isWhole && ids[index] != nil
    }
  }

  /// - Parameter ids: What stood at the path at each commit.
  private func history(of ids: [ObjectID?]) -> PathHistory {
    let changes = changes(of: ids)
    let isThere = ids.first.map { $0 != nil } ?? false
    let landing = isThere ? nil : changes.dropFirst().first
    return PathHistory(
      isThere: isThere, lastChange: changes.first.map { commits[$0] },
      lastLanding: landing.map { commits[$0] }, commitsSeen: commits.count, isWhole: isWhole)
  }

  /// Which of some paths each of some commits changed anything at, or below.
  func changedPaths(
    by ids: [ObjectID], among paths: Set<String>, reading reader: any ObjectReader
  ) throws(GitError) -> Set<String> {
    let places = Dictionary(uniqueKeysWithValues: zip(commits.map(\.id), commits.indices))
    var missing: Set<ObjectID> = []
    var changed: Set<String> = []
    let search = ChangedPaths(among: paths)
    for id in ids {
      // The tree before the last commit that is known is not, unless it is the first of all.
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

/// What became of one path, as far back as was looked.
package struct PathHistory: Sendable, Hashable {
  /// Whether something stands there now.
  package let isThere: Bool
  /// The commit that last changed it, or removed it; `nil` when none of those seen did.
  package let lastChange: History.Element?
  /// Of what is gone: the commit that last changed it while it was there.
  package let lastLanding: History.Element?
  /// How many commits were looked at.
  package let commitsSeen: Int
  /// Whether those are all that there are.
  package let isWhole: Bool

  /// Whether more commits would tell nothing more.
  var isSettled: Bool {
    isWhole || isThere && lastChange != nil || !isThere && lastLanding != nil
  }

  /// Whether it was never there.
  package var neverLanded: Bool { !isThere && isWhole && lastChange == nil }
}
