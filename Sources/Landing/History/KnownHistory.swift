internal import Git

/// The commits that last changed some paths, as far as they were looked up for a plan.
///
/// A plan is a function of one snapshot and cannot wait for commits to be fetched. When it asks for
/// a path that was not looked up, it ends with `HistoryNeeded`; it is run again when that is known.
struct KnownHistory: Sendable {
  private var lastCommits: [StatePath: Commit?] = [:]
  /// What the earlier writes of the same push committed, oldest first.
  private var planned: [(commit: Commit, paths: Set<StatePath>)] = []

  /// Records what was looked up.
  mutating func add(_ found: [StatePath: Commit], for paths: Set<StatePath>) {
    for path in paths { lastCommits[path] = .some(found[path]) }
  }

  /// Records a commit that the same push makes, and the files that it changes.
  mutating func add(_ commit: Commit, changing paths: Set<StatePath>) {
    planned.append((commit, paths))
  }

  /// The commit that last changed each of some files or directories.
  ///
  /// - Returns: A commit for each path, but for those that changed too long ago to be found.
  /// - Throws: `HistoryNeeded` with all paths that have to be looked up first.
  func lastCommits(
    of paths: some Collection<StatePath>
  ) throws(HistoryNeeded) -> [StatePath: Commit] {
    var found: [StatePath: Commit] = [:]
    var needed: Set<StatePath> = []
    for path in paths {
      if let commit = plannedCommit(changing: path) {
        found[path] = commit
      } else if let known = lastCommits[path] {
        found[path] = known
      } else {
        needed.insert(path)
      }
    }
    guard needed.isEmpty else { throw HistoryNeeded(paths: needed) }
    return found
  }

  private func plannedCommit(changing path: StatePath) -> Commit? {
    planned.last { $0.paths.contains { $0.isInside(path) } }?.commit
  }
}

/// A plan depends on the commits that last changed these paths.
struct HistoryNeeded: Error {
  /// Files or directories of the commit that is planned on.
  var paths: Set<StatePath>
}

extension HistoryReader {
  /// Runs a body, and again each time that it needed history which was not looked up yet.
  ///
  /// - Parameters:
  ///   - tip: The commit that the body starts from.
  ///   - deadline: When to stop.
  ///   - body: A function of the history that is known.
  /// - Throws: `LandingError`, and what the body throws.
  func withHistory<Value>(
    of tip: ObjectID?, deadline: ContinuousClock.Instant,
    _ body: (KnownHistory) async throws -> Value
  ) async throws -> Value {
    var history = KnownHistory()
    while true {
      do { return try await body(history) } catch let need as HistoryNeeded {
        guard let tip else { throw need }
        let found = try await lastChanges(of: Array(need.paths), from: tip, deadline: deadline)
        history.add(found.mapValues(\.commit), for: need.paths)
      }
    }
  }
}
