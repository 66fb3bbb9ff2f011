package import Git

/// Who changed what, and when: fetched only when it is asked for.
extension StateStore {
  /// How far back is looked at first, and at most: each commit more is a tree more for every
  /// level of the paths, and what is asked about has mostly just happened.
  private static let depths = [8, 64, mostCommits]

  /// How far back history is looked at.
  package static let mostCommits = 512
  /// How far back is looked where commits alone are read and nothing that they hold.
  package static let mostCommitsAlone = 10_000

  /// The commit that last changed each of some paths, along the first parents of a commit.
  ///
  /// - Parameters:
  ///   - paths: Files or directories that stand at the commit.
  ///   - tip: Where to start.
  ///   - deadline: When to stop.
  /// - Returns: A commit for each path; a path that was last changed before the last 512 commits
  ///   is left out.
  /// - Throws: `LandingError`.
  package func lastChanges(
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
  package func histories(
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
  package func changes(
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
  package func commitLine(
    from tip: ObjectID, atMost count: Int, deadline: ContinuousClock.Instant
  ) async throws -> CommitLine {
    let known = try await withObjects(from: tip, deadline: deadline) { reader in
      try CommitLine(from: tip, atMost: count, reading: reader)
    }
    if known.isWhole || known.commits.count == count { return known }
    try await fetchCommits(from: tip, depth: count, alone: true, deadline: deadline)
    return try await withObjects(from: tip, deadline: deadline) { reader in
      try CommitLine(from: tip, atMost: count, reading: reader)
    }
  }

  /// Which of some paths any of some commits of a line changed anything at, or below.
  ///
  /// Directories that are none of the paths, nor above one, are not opened.
  ///
  /// - Throws: `LandingError`.
  package func changedPaths(
    by commits: [ObjectID], in line: CommitLine, among paths: Set<String>,
    deadline: ContinuousClock.Instant
  ) async throws -> Set<String> {
    guard let tip = line.commits.first?.id else { return [] }
    return try await withObjects(from: tip, deadline: deadline) { reader in
      try line.changedPaths(by: commits, among: paths, reading: reader)
    }
  }
}
