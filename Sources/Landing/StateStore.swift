internal import Foundation
package import Git
package import GitTransport
internal import Kratix
package import Logging
package import Signing

/// A state store: one branch of one remote, and the objects of it that are on this machine.
///
/// Its parts share one thread, because libgit2 blocks and keeps its last error per thread.
package struct StateStore: Sendable {
  package let description: StateStoreDescription
  /// Which commits changed what.
  package let history: HistoryReader
  let branch: RemoteBranch
  let objects: ObjectCache
  let pusher: Pusher
  let queue: PushQueue
  private let snapshots: SnapshotReader
  private let revisions: RevisionReader

  /// Creates a state store; nothing is opened or contacted yet.
  ///
  /// - Parameters:
  ///   - description: Names the branch.
  ///   - remote: The remote, with credentials.
  ///   - cache: Where its objects are stored.
  ///   - dependencies: The clock and the random numbers.
  ///   - observer: Called after every push.
  ///   - endsSoon: Whether the process ends after its writes. What it pushed is then stored while the
  ///     server is read back; otherwise it stays in memory until `flushCache()`.
  ///   - signer: Signs the commits; `nil` for commits without signatures.
  ///   - logger: The destination of log messages.
  package init(
    _ description: StateStoreDescription, remote: Remote, cache: Cache,
    dependencies: Dependencies = .real, observer: @escaping PushObserver = { _ in },
    endsSoon: Bool = false, signer: CommitSigner? = nil, logger: Logger
  ) {
    let executor = ThreadExecutor(name: "state store \(description.name)")
    let branch = RemoteBranch(
      description: description, remote: remote, dependencies: dependencies, logger: logger)
    let objects = ObjectCache(of: branch, in: cache, on: executor)
    let history = HistoryReader(of: objects)
    let snapshots = SnapshotReader(of: branch, in: objects, history: history)
    let pusher = Pusher(
      to: branch, objects: objects, history: history,
      readBack: ReadBack(
        branch: branch, objects: objects, history: history, flushesMeanwhile: endsSoon),
      tips: TipCache(for: description, in: cache), signer: signer, observer: observer, on: executor)
    let spool = SpoolCoordinator(
      for: branch, in: cache, pusher: pusher, objects: objects,
      abandoned: AbandonedWrites(branch: branch, snapshots: snapshots, history: history),
      signer: signer?.description, on: executor)
    self.description = description
    self.branch = branch
    self.objects = objects
    self.history = history
    self.snapshots = snapshots
    revisions = RevisionReader(branch: branch, objects: objects, history: history)
    self.pusher = pusher
    queue = PushQueue(of: branch, runner: spool, on: executor)
  }

  /// The commit that the branch points to now; `nil` when the branch does not exist.
  ///
  /// - Throws: `LandingError`.
  package func tip(
    deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID? {
    try await branch.tip(deadline: deadline)
  }

  /// The commit that a revision names, as git takes it (gitrevisions(7)): an id or the beginning of
  /// one, a branch, a tag, another reference, or an ancestor of these.
  ///
  /// A tag means the commit that it points to.
  ///
  /// - Returns: `nil` for no revision.
  /// - Throws: `LandingError`; `branch-missing` when the remote has no such reference or commit,
  ///   `invalid-configuration` when it is not a commit, or older than the history that is there.
  package func commit(
    of revision: String?, deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID? {
    guard let revision else { return nil }
    return try await revisions.commit(of: revision, deadline: deadline)
  }

  /// Reads a commit; without one, the commit that the branch points to now.
  ///
  /// The body may be run several times and must have no effect of its own.
  ///
  /// - Throws: `LandingError`; `branch-missing` when the branch does not exist. Errors of the body
  ///   are passed on.
  package func read<Value: Sendable>(
    _ commit: ObjectID? = nil, deadline: ContinuousClock.Instant,
    _ body: @Sendable (Snapshot) throws -> Value
  ) async throws -> Value {
    try await snapshots.read(commit, deadline: deadline, body)
  }

  /// Reads the commit that the branch points to now.
  ///
  /// - Parameters:
  ///   - opensPush: Whether it is looked up over a connection that the next push uses.
  ///   - deadline: When to stop.
  ///   - body: A function of the snapshot, which is empty when the branch does not exist.
  /// - Throws: `LandingError`. Errors of the body are passed on.
  func readNewest<Value: Sendable>(
    opensPush: Bool = false, deadline: ContinuousClock.Instant,
    _ body: @Sendable (Snapshot) throws -> Value
  ) async throws -> (tip: ObjectID?, value: Value) {
    try await snapshots.readNewest(deadline: deadline, body) {
      try await opensPush
        ? pusher.tipForPush(deadline: deadline) : branch.tip(deadline: deadline)
    }
  }

  /// Closes the connection that `readNewest` opened for a push, when no push has used it.
  func closeUnused() async { await pusher.closeUnused() }

  /// Reads many parts of one commit on all cores, each by itself.
  ///
  /// The memory of a part is released before the next one begins, so that it does not grow with the
  /// state store. The body may be run several times and must have no effect of its own.
  ///
  /// - Returns: The results in the order of the parts.
  /// - Throws: `LandingError`. Errors of the body are passed on.
  package func read<Part: Sendable, Value: Sendable>(
    parts: [Part], of commit: ObjectID, deadline: ContinuousClock.Instant,
    _ body: @escaping @Sendable (Part, Snapshot) throws -> Value
  ) async throws -> [Value] {
    // Only stored objects can be read by several threads.
    await objects.flush()
    return try await ParallelReader(of: branch, in: objects)
      .read(parts: parts, of: commit, deadline: deadline, body)
  }

  /// Lands a write as the author that its GitStateStore names.
  ///
  /// - Throws: `LandingError`.
  func land(_ request: LandingRequest, options: LandingOptions) async throws -> Receipt {
    var options = options
    options.authorName = request.stateStore.authorName
    options.authorEmail = request.stateStore.authorEmail
    return try await queue.land(request, options: options) { try request.changes(on: $0) }
  }

  /// Stores what was pushed in the cache, and keeps the cache small.
  ///
  /// To be called after the result was reported, and from time to time in a long-lived process.
  package func flushCache() async {
    // This process may still be pushing for others.
    await queue.drain()
    await objects.flush()
    if let tip = await pusher.saveTip() { await objects.compact(keeping: tip) }
  }

  /// Closes the connections.
  package func close() async { await branch.remote.close() }

  /// Starts what every state store needs and what takes time to start.
  ///
  /// A process that runs one command can call it on another thread while it reads its arguments.
  package static func warmUp() {
    Remote.warmUp()
    // An error is reported when libgit2 is used.
    _ = try? ObjectDatabase.inMemory()
    // The first date that is formatted reads the rules of all time zones.
    _ = Date.distantPast.formatted(.iso8601)
  }
}
