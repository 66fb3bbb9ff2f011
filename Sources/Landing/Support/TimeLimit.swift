internal import Git

/// A deadline for work that also ends when its task is cancelled.
struct TimeLimit: Sendable {
  let deadline: ContinuousClock.Instant
  let now: @Sendable () -> ContinuousClock.Instant

  /// Whether the deadline has not come and the task is not cancelled.
  var isLeft: Bool { now() < deadline && !Task.isCancelled }

  /// - Throws: `GitError` with the code `interrupted` when no time is left.
  func check() throws(GitError) {
    guard isLeft else { throw .interrupted("the time was up", in: "read") }
  }
}

/// Reads objects until a time limit, so that every long reading ends at its deadline.
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
