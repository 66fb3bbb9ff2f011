public import Git
internal import GitTransport

/// Who changed what, and when: fetched only when it is asked for.
extension StateStore {
  /// How far back is looked at first, and at most: each commit more is a tree more for every
  /// level of the paths, and what is asked about has mostly just happened.
  private static let depths = [8, 64, mostCommits]

  /// How far back history is looked at.
  public static let mostCommits = 512
  /// How far back is looked where commits alone are read and nothing that they hold.
  public static let mostCommitsAlone = 10_000

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
    try await histories(of: paths, from: tip, deadline: deadline).compactMapValues(\.lastChange)
  }

  /// What became of each of some paths, along the first parents of a commit.
  ///
  /// - Parameters:
  ///   - paths: Files or directories, whether they stand at the commit or not.
  ///   - tip: Where to start.
  ///   - deadline: When to stop.
  /// - Returns: What is known of each path.
  /// - Throws: `LandingError`.
  public func histories(
    of paths: [StatePath], from tip: ObjectID, deadline: ContinuousClock.Instant
  ) async throws -> [StatePath: PathHistory] {
    var found: [StatePath: PathHistory] = [:]
    for depth in Self.depths {
      let wanted = paths.filter { found[$0].map { !$0.isSettled } ?? true }
      let line = try await commitLine(from: tip, atMost: depth, deadline: deadline)
      let histories = try await withObjects(from: tip, deadline: deadline) { reader in
        try line.histories(of: wanted, reading: reader)
      }
      found.merge(histories) { _, deeper in deeper }
      if line.isWhole || found.values.allSatisfy(\.isSettled) { break }
    }
    return found
  }

  /// The last commits that changed any of some paths, along the first parents of a commit.
  ///
  /// - Parameters:
  ///   - paths: Files or directories, whether they stand at the commit or not.
  ///   - tip: Where to start.
  ///   - count: How many are enough.
  ///   - deadline: When to stop.
  /// - Returns: The commits, newest first, and whether they are all that there are.
  /// - Throws: `LandingError`.
  public func changes(
    of paths: [StatePath], from tip: ObjectID, atMost count: Int,
    deadline: ContinuousClock.Instant
  ) async throws -> (commits: [History.Element], isWhole: Bool) {
    var changes: [History.Element] = []
    for depth in Self.depths {
      let line = try await commitLine(from: tip, atMost: depth, deadline: deadline)
      changes = try await withObjects(from: tip, deadline: deadline) { reader in
        try line.changes(of: paths, reading: reader)
      }
      if line.isWhole { return (Array(changes.prefix(count)), changes.count <= count) }
      if changes.count >= count { break }
    }
    return (Array(changes.prefix(count)), false)
  }

  /// The commits of a branch along first parents, newest first, without what they hold.
  ///
  /// - Throws: `LandingError`.
  public func commitLine(
    from tip: ObjectID, atMost count: Int, deadline: ContinuousClock.Instant
  ) async throws -> CommitLine {
    let known = try await withObjects(from: tip, deadline: deadline) { reader in
      try CommitLine(from: tip, atMost: count, reading: reader)
    }
    if known.isWhole || known.commits.count == count { return known }
    try await fetchHistory(from: tip, depth: count, deadline: deadline)
    return try await withObjects(from: tip, deadline: deadline) { reader in
      try CommitLine(from: tip, atMost: count, reading: reader)
    }
  }

  /// The files that each of some commits of a line changed, added or removed.
  ///
  /// - Throws: `LandingError`.
  public func changedFiles(
    by commits: [ObjectID], in line: CommitLine, deadline: ContinuousClock.Instant
  ) async throws -> [ObjectID: [String]] {
    guard let tip = line.commits.first?.id else { return [:] }
    return try await withObjects(from: tip, deadline: deadline) { reader in
      try line.changedFiles(by: commits, reading: reader)
    }
  }

  /// Fetches commits without what they hold.
  private func fetchHistory(
    from tip: ObjectID, depth: Int, deadline: ContinuousClock.Instant
  ) async throws {
    do {
      let support = try await surroundings.retrying(until: deadline, logger: logger) {
        try await remote.fetchSupport(deadline: deadline)
      }
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
