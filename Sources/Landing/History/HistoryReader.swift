package import Git

/// Reads which commits changed what, along the first parents of a commit.
///
/// History is fetched only when it is asked for.
package struct HistoryReader: Sendable {
  private let objects: ObjectCache

  /// How many commits are read at first, and then: with each commit comes a tree for every level of
  /// the paths, and most paths in question changed lately.
  private static let depths = [8, 64, mostCommits]

  /// How many commits are read with their trees.
  package static let mostCommits = 512
  /// How many commits are read without their trees.
  package static let mostCommitsAlone = 10_000

  init(of objects: ObjectCache) { self.objects = objects }

  /// The commit that last changed each of some paths.
  ///
  /// - Parameters:
  ///   - paths: Files or directories that exist at the commit.
  ///   - tip: The commit to start from.
  ///   - deadline: When to stop.
  /// - Returns: A commit for each path; a path that was last changed before the last 512 commits
  ///   is left out.
  /// - Throws: `LandingError`.
  package func lastChanges(
    of paths: [StatePath], from tip: ObjectID, deadline: ContinuousClock.Instant
  ) async throws -> [StatePath: LogEntry] {
    try await histories(of: paths, from: tip, deadline: deadline).compactMapValues(\.lastChange)
  }

  /// The history of each of some paths.
  ///
  /// - Parameters:
  ///   - paths: Files or directories, whether they exist at the commit or not.
  ///   - tip: The commit to start from.
  ///   - deadline: When to stop.
  /// - Returns: What the last 512 commits show of each path.
  /// - Throws: `LandingError`.
  package func histories(
    of paths: [StatePath], from tip: ObjectID, deadline: ContinuousClock.Instant
  ) async throws -> [StatePath: PathHistory] {
    var found: [StatePath: PathHistory] = [:]
    for depth in Self.depths {
      let wanted = paths.filter { found[$0].map { !$0.isSettled } ?? true }
      let log = try await log(from: tip, atMost: depth, deadline: deadline)
      let histories = try await objects.withObjects(from: tip, deadline: deadline) { reader in
        try log.histories(of: wanted, reading: reader)
      }
      found.merge(histories) { _, deeper in deeper }
      if log.isWhole || found.values.allSatisfy(\.isSettled) { break }
    }
    return found
  }

  /// The last commits that changed any of some paths.
  ///
  /// - Parameters:
  ///   - paths: Files or directories, whether they exist at the commit or not.
  ///   - tip: The commit to start from.
  ///   - count: How many are enough.
  ///   - deadline: When to stop.
  /// - Returns: The commits, newest first, and whether they are all that there are.
  /// - Throws: `LandingError`.
  package func changes(
    of paths: [StatePath], from tip: ObjectID, atMost count: Int,
    deadline: ContinuousClock.Instant
  ) async throws -> (commits: [LogEntry], isWhole: Bool) {
    var changes: [LogEntry] = []
    for depth in Self.depths {
      let log = try await log(from: tip, atMost: depth, deadline: deadline)
      changes = try await objects.withObjects(from: tip, deadline: deadline) { reader in
        try log.changes(of: paths, reading: reader)
      }
      if log.isWhole { return (Array(changes.prefix(count)), changes.count <= count) }
      if changes.count >= count { break }
    }
    return (Array(changes.prefix(count)), false)
  }

  /// The commits from a tip on, without their trees.
  ///
  /// - Throws: `LandingError`.
  package func log(
    from tip: ObjectID, atMost count: Int, deadline: ContinuousClock.Instant
  ) async throws -> FirstParentLog {
    let known = try await objects.withObjects(from: tip, deadline: deadline) { reader in
      try FirstParentLog(from: tip, atMost: count, reading: reader)
    }
    if known.isWhole || known.commits.count == count { return known }
    try await objects.fetchCommits(from: tip, depth: count, alone: true, deadline: deadline)
    return try await objects.withObjects(from: tip, deadline: deadline) { reader in
      try FirstParentLog(from: tip, atMost: count, reading: reader)
    }
  }

  /// Which of some paths were changed, themselves or below, by any of some commits of a log.
  ///
  /// Only directories above the paths, and the paths themselves, are read.
  ///
  /// - Throws: `LandingError`.
  package func changedPaths(
    by commits: [ObjectID], in log: FirstParentLog, among paths: Set<String>,
    deadline: ContinuousClock.Instant
  ) async throws -> Set<String> {
    guard let tip = log.commits.first?.id else { return [] }
    return try await objects.withObjects(from: tip, deadline: deadline) { reader in
      try log.changedPaths(by: commits, among: paths, reading: reader)
    }
  }

  /// Whether a commit is among the last ones of a history, other parents included.
  func contains(
    _ commit: ObjectID, in tip: ObjectID, deadline: ContinuousClock.Instant
  ) async throws -> Bool {
    for depth in [8, 64] {
      // It fetches the commits of the other parents as well.
      _ = try await log(from: tip, atMost: depth, deadline: deadline)
      let isFound = try await objects.withObjects(from: tip, deadline: deadline) { reader in
        var seen: Set<ObjectID> = [tip]
        var next = [tip]
        while let id = next.popLast() {
          if id == commit { return true }
          guard id == tip || reader.contains(id) else { continue }
          next += try reader.commit(id).parents.filter { seen.insert($0).inserted }
          if seen.count > Self.mostCommits { break }
        }
        return next.contains(commit)
      }
      if isFound { return true }
    }
    return false
  }
}
