package import Git

/// Reads which commits changed what.
///
/// History is fetched only when it is asked for: commits without their trees, and then the trees above
/// the paths in question.
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
    try await histories(of: paths, thatExist: true, from: tip, deadline: deadline)
      .compactMapValues(\.lastChange)
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
    try await histories(of: paths, thatExist: false, from: tip, deadline: deadline)
  }

  private func histories(
    of paths: [StatePath], thatExist exist: Bool, from tip: ObjectID,
    deadline: ContinuousClock.Instant
  ) async throws -> [StatePath: PathHistory] {
    var found: [StatePath: PathHistory] = [:]
    for depth in Self.depths {
      let wanted = paths.filter { found[$0].map { !$0.isSettled } ?? true }
      let log = try await log(from: tip, atMost: depth, deadline: deadline)
      let histories = try await objects.withObjects(from: tip, deadline: deadline) { reader in
        try log.histories(of: wanted, thatExist: exist, reading: reader)
      }
      found.merge(histories) { _, deeper in deeper }
      if log.endsBefore(depth) || found.values.allSatisfy(\.isSettled) { break }
    }
    return found
  }

  /// The last commits that changed any of some paths, as `git log -- PATHS` lists them.
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
    var found: (commits: [LogEntry], isWhole: Bool) = ([], false)
    for depth in Self.depths {
      let log = try await log(from: tip, atMost: depth, deadline: deadline)
      found = try await objects.withObjects(from: tip, deadline: deadline) { reader in
        try log.changes(of: paths, atMost: count, reading: reader)
      }
      if log.endsBefore(depth) || found.isWhole || found.commits.count >= count { break }
    }
    return found
  }

  /// The commit that brought each of some parts of files.
  ///
  /// - Parameters:
  ///   - parts: Parts, with the files or directories at the commit that hold them.
  ///   - tip: The commit to start from.
  ///   - deadline: When to stop.
  /// - Returns: What the last 512 commits show of each part.
  /// - Throws: `LandingError`.
  package func origins<Part: TracedPart>(
    of parts: [(path: StatePath, part: Part)], from tip: ObjectID,
    deadline: ContinuousClock.Instant
  ) async throws -> [PartOrigin] {
    var found: [Int: PartOrigin] = [:]
    for depth in Self.depths {
      let wanted = parts.indices.filter { found[$0].map { !$0.isSettled } ?? true }
      let log = try await log(from: tip, atMost: depth, deadline: deadline)
      let origins = try await objects.withObjects(from: tip, deadline: deadline) { reader in
        var origins = try PartOrigins<Part>(
          of: wanted.map { parts[$0].path }, in: log, reading: reader)
        return try origins.origins(of: wanted.map { parts[$0] })
      }
      for (index, origin) in zip(wanted, origins) { found[index] = origin }
      if log.endsBefore(depth) || found.values.allSatisfy(\.isSettled) { break }
    }
    return parts.indices.compactMap { found[$0] }
  }

  /// The commits from a tip on, without their trees.
  ///
  /// - Throws: `LandingError`.
  package func log(
    from tip: ObjectID, atMost count: Int, deadline: ContinuousClock.Instant
  ) async throws -> CommitLog {
    let known = try await objects.withObjects(from: tip, deadline: deadline) { reader in
      try CommitLog(from: tip, atMost: count, reading: reader)
    }
    if known.isComplete { return known }
    // None of them is further from the tip than their number.
    try await objects.fetchCommits(from: tip, depth: count, alone: true, deadline: deadline)
    return try await objects.withObjects(from: tip, deadline: deadline) { reader in
      try CommitLog(from: tip, atMost: count, reading: reader)
    }
  }

  /// Some commits of a history as they are stored, signatures included.
  ///
  /// - Throws: `LandingError`.
  package func bytes(
    of commits: some Sequence<ObjectID> & Sendable, from tip: ObjectID,
    deadline: ContinuousClock.Instant
  ) async throws -> [ObjectID: [UInt8]] {
    try await objects.withObjects(from: tip, deadline: deadline) { reader in
      var bytes: [ObjectID: [UInt8]] = [:]
      for id in commits { bytes[id] = try reader.object(id).bytes }
      return bytes
    }
  }

  /// Which of some paths were changed, themselves or below, by any of some commits of a log.
  ///
  /// Only directories above the paths, and the paths themselves, are read.
  ///
  /// - Throws: `LandingError`.
  package func changedPaths(
    by commits: [ObjectID], in log: CommitLog, among paths: Set<String>,
    deadline: ContinuousClock.Instant
  ) async throws -> Set<String> {
    guard let tip = log.commits.first?.id else { return [] }
    return try await objects.withObjects(from: tip, deadline: deadline) { reader in
      try log.changedPaths(by: commits, among: paths, reading: reader)
    }
  }

  /// Whether a commit is among the newest ones of a history.
  func contains(
    _ commit: ObjectID, in tip: ObjectID, deadline: ContinuousClock.Instant
  ) async throws -> Bool {
    for depth in [8, 64]
    where try await log(from: tip, atMost: depth, deadline: deadline).reaches(commit) {
      return true
    }
    return false
  }
}
