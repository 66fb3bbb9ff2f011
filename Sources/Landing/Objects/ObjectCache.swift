internal import Git

/// The objects of one branch: read from this machine, and fetched when they are missing.
///
/// The actor runs on the thread of its state store, because libgit2 blocks and keeps its last error
/// per thread.
actor ObjectCache {
  private nonisolated let branch: RemoteBranch
  private nonisolated let executor: ThreadExecutor
  private let stored: StoredObjects
  private let fetcher: ObjectFetcher
  /// The trees and commits that were read or made last.
  private let recent = RecentObjects()

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(of branch: RemoteBranch, in cache: Cache, on executor: ThreadExecutor) {
    let stored = StoredObjects(of: branch, in: cache)
    self.branch = branch
    self.executor = executor
    self.stored = stored
    fetcher = ObjectFetcher(branch: branch, stored: stored)
  }

  // MARK: Reading

  /// Runs `body`, fetching missing objects and running it again until it succeeds.
  ///
  /// The body must have no effect of its own.
  ///
  /// - Parameters:
  ///   - tip: The commit that the body starts from; it is fetched with the upper levels of its tree.
  ///   - deadline: When to stop.
  ///   - body: A function of the objects.
  /// - Throws: `LandingError`, or what the body throws.
  func withObjects<Value: Sendable>(
    from tip: ObjectID?, deadline: ContinuousClock.Instant,
    _ body: @Sendable (any ObjectReader) throws -> Value
  ) async throws -> Value {
    do {
      return try await withObjects(ofTip: tip, deadline: deadline, body)
    } catch let error as TipWithheld {
      throw error.landingError
    }
  }

  /// The same for the commit that the branch pointed to a moment ago, and which the caller can look
  /// up again.
  ///
  /// - Parameters:
  ///   - tip: The commit that the branch pointed to.
  ///   - levels: How many levels of trees are fetched with it; `nil` for the default.
  ///   - mustBeNewest: Whether the result is useless once the branch has moved. If not, objects that
  ///     the server does not hand out by their ids are fetched with the branch's newest commits.
  ///   - deadline: When to stop.
  ///   - body: A function of the objects.
  /// - Throws: `TipWithheld` when the server does not hand out the commit any more, `LandingError`,
  ///   or what the body throws.
  func withObjects<Value: Sendable>(
    ofTip tip: ObjectID?, levels: Int? = nil, mustBeNewest: Bool = false,
    deadline: ContinuousClock.Instant, _ body: @Sendable (any ObjectReader) throws -> Value
  ) async throws -> Value {
    var planner = FetchPlanner(
      tip: tip, of: branch.reference, levels: levels, mustBeNewest: mustBeNewest)
    var remedies = StoredObjects.Remedy.all
    while true {
      do {
        return try await attempt(&planner, deadline: deadline, body)
      } catch is ObjectsFetched {
        continue
      } catch let error as GitError {
        guard try stored.heal(&remedies, because: error) else { throw error.landingError }
      } catch let error as TipWithheld {
        throw error
      } catch let error as any LandingFailure {
        throw error.landingError
      }
    }
  }

  /// Runs the body once, and fetches what it lacked.
  private func attempt<Value>(
    _ planner: inout FetchPlanner, deadline: ContinuousClock.Instant,
    _ body: (any ObjectReader) throws -> Value
  ) async throws -> Value {
    planner.restart(after: stored.losses)
    do {
      let reader = StagedObjectReader(
        stored.unsaved, over: recent.reader(over: try stored.open()))
      return try body(LimitedReader(base: reader, limit: branch.limit(deadline)))
    } catch let error as GitError where error.code == .objectMissing {
      // Fetched before, and still not found: the pack that was open is gone.
      if !planner.hasReopened, planner.hasAsked(for: error) {
        planner.hasReopened = true
        stored.close()
        throw ObjectsFetched()
      }
      try await fetcher.fetch(error, for: &planner, deadline: deadline)
      throw ObjectsFetched()
    }
  }

  /// Fetches commits from a tip on, with their trees and blobs, or without them.
  ///
  /// - Throws: `LandingError`.
  func fetchCommits(
    from tip: ObjectID, depth: Int, alone: Bool = false, deadline: ContinuousClock.Instant
  ) async throws {
    try await fetcher.fetchCommits(from: tip, depth: depth, alone: alone, deadline: deadline)
  }

  /// Where other threads can open a database of the stored objects.
  func place() throws -> ObjectDatabase.Place { try stored.open().place }

  /// Tries the next remedy for objects that could not be read.
  ///
  /// - Returns: The remedies that are left; `nil` when there was none.
  /// - Throws: `LandingError` when no time is left.
  func heal(
    _ remedies: ArraySlice<StoredObjects.Remedy>, because error: GitError
  ) throws(LandingError) -> ArraySlice<StoredObjects.Remedy>? {
    var remedies = remedies
    return try stored.heal(&remedies, because: error) ? remedies : nil
  }

  // MARK: Writing

  /// Keeps objects that were pushed.
  func keep(_ new: NewObjects, at tip: ObjectID, madeFrom base: ObjectID?) {
    recent.remember(new)
    stored.keep(new, at: tip, madeFrom: base)
  }

  /// Stores the pushed objects that are still in memory.
  func flush() { stored.flush() }

  /// Does so if they are so few that it takes less time than a server needs to answer.
  func flushIfQuick() {
    if stored.unsaved.byteCount < Self.mostQuick { stored.flush() }
  }

  private static let mostQuick = 1 << 20

  /// Combines the packs of the cache when they are many, keeping the objects of one commit.
  func compact(keeping tip: ObjectID) { stored.compact(keeping: tip) }

  /// Opens the cache before it is needed: libgit2 takes some time to start.
  func warmUp() {
    // An error is reported when the cache is used.
    _ = try? stored.open()
  }

  /// How many bytes of pushed objects are not stored yet.
  var unsavedByteCount: Int { stored.unsaved.byteCount }

  /// Removes the temporary directory from the places where objects may be stored.
  func leaveTemporaryPlace() { stored.leaveTemporaryPlace() }
}

/// Objects that a body lacked have been fetched; it can be run again.
private struct ObjectsFetched: Error {}
