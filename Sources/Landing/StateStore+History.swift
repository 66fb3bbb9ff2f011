public import Git
internal import GitTransport

/// Who changed what, and when: fetched only when it is asked for.
extension StateStore {
  /// How far back is looked at first, and at most: each commit more is a tree more for every
  /// level of the paths, and what is asked about has mostly just happened.
  private static let depths = [8, 64, 512]

  /// The commit that last changed each of some paths, along the first parents of a commit.
  ///
  /// - Parameters:
  ///   - paths: Files or directories that stand at the commit.
  ///   - tip: Where to start.
  ///   - deadline: When to stop.
  /// - Returns: A commit for each path; a path that was last changed before the last 512 commits
  ///   is left out.
  /// - Throws: `LandingError`.
  public func lastChanges(
    of paths: [StatePath], from tip: ObjectID, deadline: ContinuousClock.Instant
  ) async throws -> [StatePath: History.Element] {
    var found: [StatePath: History.Element] = [:]
    for depth in Self.depths {
      try await fetchHistory(from: tip, depth: depth, deadline: deadline)
      let wanted = paths.filter { found[$0] == nil }
      let line = try await withObjects(from: tip, deadline: deadline) { reader in
        try Line(from: tip, atMost: depth, reading: reader)
      }
      let changes = try await withObjects(from: tip, deadline: deadline) { reader in
        try line.lastChanges(of: wanted, reading: reader)
      }
      found.merge(changes) { first, _ in first }
      if line.isWhole || found.count == Set(paths).count { break }
    }
    return found
  }

  /// Fetches commits without what they hold.
  private func fetchHistory(
    from tip: ObjectID, depth: Int, deadline: ContinuousClock.Instant
  ) async throws {
    do {
      let support = try await remote.fetchSupport(deadline: deadline)
      let isPartial = support.filter && support.anyObject
      let request = FetchRequest(
        wants: [tip], depth: support.shallow ? depth : nil,
        filter: isPartial ? .treeDepth(0) : .none)
      try await take(request, deadline: deadline)
    } catch let error as TransportError {
      throw error.landingError
    }
  }
}

/// Commits along first parents, newest first, as far as they are here.
private struct Line {
  let commits: [History.Element]
  /// Whether the last one is the first commit of all.
  let isWhole: Bool

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

  /// The newest commit at which each path is other than at the commit before it.
  func lastChanges(
    of paths: [StatePath], reading reader: any ObjectReader
  ) throws(GitError) -> [StatePath: History.Element] {
    let trees = commits.map(\.commit.tree)
    let entries = try TreeWalk(reader).entries(at: paths, in: trees)
    var changes: [StatePath: History.Element] = [:]
    for path in paths {
      let ids = trees.map { entries[$0]?[path]?.id }
      if let index = ids.indices.dropLast().first(where: { ids[$0] != ids[$0 + 1] }) {
        changes[path] = commits[index]
      } else if isWhole, ids.last != .some(nil) {
        changes[path] = commits.last
      }
    }
    return changes
  }
}
