internal import Git

/// Until when something may go on: a moment, unless its task is cancelled before that.
struct TimeLimit: Sendable {
  let deadline: ContinuousClock.Instant
  let now: @Sendable () -> ContinuousClock.Instant

  /// Whether there is time left, and the result is still wanted.
  var isLeft: Bool { now() < deadline && !Task.isCancelled }

  /// - Throws: `GitError` with the code `interrupted` when no time is left.
  func check() throws(GitError) {
    guard isLeft else { throw .interrupted("the time was up", in: "read") }
  }
}

/// Reads objects as long as there is time: whatever goes through many of them ends at its deadline.
struct LimitedReader: ObjectReader {
  let base: any ObjectReader
  let limit: TimeLimit

  func object(_ id: ObjectID) throws(GitError) -> GitObject {
    try limit.check()
    return try base.object(id)
  }

  func tree(_ id: ObjectID) throws(GitError) -> Tree {
    try limit.check()
    return try base.tree(id)
  }

  func byteCount(of id: ObjectID) throws(GitError) -> Int { try base.byteCount(of: id) }

  func contains(_ id: ObjectID) -> Bool { base.contains(id) }
}

extension LandingError {
  /// There was no time left to read all that had to be read; nothing was pushed by then.
  static let outOfTime = LandingError(
    .timedOut,
    "the time was up before all was read; run it again, with more time (--timeout)")

  /// Ends what has no time left.
  ///
  /// - Throws: `LandingError` with `timed-out` from the deadline on.
  package static func requireTime(
    until deadline: ContinuousClock.Instant
  ) throws(LandingError) {
    guard ContinuousClock.now < deadline else { throw outOfTime }
  }
}
