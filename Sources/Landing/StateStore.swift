internal import Foundation
internal import Git
public import GitTransport
public import Logging

/// A state store: one branch of one remote, and the objects of it that are kept here.
///
/// An actor on a thread of its own, because libgit2 blocks and keeps its errors per thread. The
/// way of a write is in `StateStore+Landing.swift`, that of a check in `StateStore+Reading.swift`.
public actor StateStore {
  /// Which state store it is.
  public nonisolated let description: StateStoreDescription
  let remote: Remote
  let surroundings: Surroundings
  let observer: PushObserver
  let endsSoon: Bool
  let logger: Logger
  /// Objects that were pushed and are not in the cache yet.
  var unsaved = NewObjects()
  /// What was read or made last, in memory.
  let recent = RecentObjects()
  /// The commit that was pushed last.
  var lastTip: ObjectID?
  /// What the next push may believe of the branch without asking.
  var belief: LastPush?
  var hasReadBelief = false
  /// Writes that wait for the next push.
  var waiting: [PendingWrite] = []
  /// The push that is under way.
  var batch: Task<Void, Never>?
  /// Who waits for it.
  nonisolated let demand = Demand()
  /// Writes that were left for another process to push.
  var left: [SpooledWrite] = []
  /// Where writes are left; `nil` while that cannot be done.
  var spool: Spool?

  private let executor: ThreadExecutor
  let cache: Cache
  private var database: ObjectDatabase?

  /// The thread that the actor runs on.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// A state store; nothing is contacted and nothing opened yet.
  ///
  /// - Parameters:
  ///   - description: Which state store it is; names the branch.
  ///   - remote: The remote, with credentials.
  ///   - cache: Where its objects are kept.
  ///   - surroundings: Time and chance.
  ///   - observer: Told of every push.
  ///   - endsSoon: Whether the process ends when it has landed what it was asked to. What it pushed
  ///     goes into the cache then while the server is asked whether it stands; otherwise it is
  ///     gathered until `settle()`.
  ///   - logger: Where it tells what it does.
  public init(
    _ description: StateStoreDescription, remote: Remote, cache: Cache,
    surroundings: Surroundings = .real, observer: @escaping PushObserver = { _ in },
    endsSoon: Bool = false, logger: Logger
  ) {
    self.description = description
    self.remote = remote
    self.cache = cache
    self.surroundings = surroundings
    self.observer = observer
    self.endsSoon = endsSoon
    self.logger = logger
    self.executor = ThreadExecutor(name: "state store \(description.name)")
  }

  /// The full name of the branch.
  nonisolated var reference: String { "refs/heads/\(description.branch)" }

  /// Puts what was pushed into the cache, which costs time that no outcome has to wait for.
  ///
  /// A process that lives on does it now and then.
  public func settle() async {
    // It may push for other processes still.
    await batch?.value
    store()
    keepBelief()
    guard let lastTip, cache.wantsUpkeep(for: description.url) else { return }
    do {
      try cache.putTogether(for: description.url, keeping: lastTip)
    } catch {
      logger.info("cache thrown away", metadata: ["error.message": "\(error)"])
      cache.discard(for: description.url)
    }
    closeDatabase()
  }

  /// Lets go of the connections: to be done when nothing more is asked.
  public func close() async { await remote.close() }

  func store() {
    if unsaved.byteCount == 0 { return }
    do {
      try openDatabase().store(unsaved)
    } catch {
      // What is not in the cache is fetched when it is needed.
      logger.info("cache not written", metadata: ["error.message": "\(error)"])
    }
    unsaved = NewObjects()
  }

  func openDatabase() throws -> ObjectDatabase {
    if let database { return database }
    let opened = try openAnotherDatabase()
    database = opened
    return opened
  }

  /// Opens the objects once more, for another thread.
  nonisolated func openAnotherDatabase() throws -> ObjectDatabase {
    do {
      return try cache.open(for: description.url)
    } catch {
      // A cache is a convenience: where it cannot be written, the objects live as long as this run.
      logger.notice("cache not usable", metadata: ["error.message": "\(error)"])
      return try Cache.temporary().open(for: description.url)
    }
  }

  /// Starts what every state store needs and what takes its time to start.
  ///
  /// For a process that lives for one command: it can do this on a thread of its own while it
  /// still reads its arguments, if it does not end with the clean-up of C libraries.
  public static func warmUp() {
    Remote.warmUp()
    // Whatever is wrong with libgit2 is told when it is needed.
    _ = try? ObjectDatabase.inMemory()
    // The first time that is written reads the rules of all time zones.
    _ = Date.distantPast.formatted(.iso8601)
  }

  /// Opens the cache before it is needed; starting libgit2 takes its time.
  func warmUp() {
    // Whatever is wrong with it is told when it is needed.
    _ = try? openDatabase()
  }

  /// Forgets the open cache; it is opened again when it is needed.
  func closeDatabase() { database = nil }

  func discardCache() {
    database = nil
    cache.discard(for: description.url)
  }
}
