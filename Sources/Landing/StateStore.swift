internal import Foundation
internal import Git
package import GitTransport
package import Logging

/// A state store: one branch of one remote, and the objects of it that are kept here.
///
/// An actor on a thread of its own, because libgit2 blocks and keeps its errors per thread. The
/// way of a write is in `StateStore+Landing.swift`, that of a check in `StateStore+Reading.swift`.
package actor StateStore {
  /// Which state store it is.
  package nonisolated let description: StateStoreDescription
  let remote: Remote
  let surroundings: Surroundings
  let observer: PushObserver
  let endsSoon: Bool
  let logger: Logger
  /// Objects that were pushed and are not in the cache yet.
  var unsaved = NewObjects()
  /// The commits among them that the branch named.
  var unsavedTips: [FetchedTips.Made] = []
  /// What was read or made last, in memory.
  let recent = RecentObjects()
  /// The commit that was pushed last.
  var lastTip: ObjectID?
  /// What the next push may believe of the branch without asking.
  var belief: LastPush?
  var hasReadBelief = false
  /// Writes that wait for the next push.
  var waiting: [PendingWrite] = []
  /// A push that was opened to learn the branch's tip, for the next attempt to use.
  var opened: PushConnection?
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
  /// Where objects may be kept: the cache, and what takes its place when it cannot be used.
  ///
  /// Without any of them they are kept in memory.
  private(set) var places: [Cache]
  private var memory = MemoryObjects()
  private var database: ObjectDatabase?
  /// How often objects that were here have gone with the place where they were kept.
  private(set) var losses = 0
  /// How often their place was made again.
  private var remakes = 0

  /// The thread that the actor runs on.
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
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
  package init(
    _ description: StateStoreDescription, remote: Remote, cache: Cache,
    surroundings: Surroundings = .real, observer: @escaping PushObserver = { _ in },
    endsSoon: Bool = false, logger: Logger
  ) {
    self.description = description
    self.remote = remote
    self.cache = cache
    self.places = [cache, .temporary()]
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
  package func settle() async {
    // It may push for other processes still.
    await batch?.value
    store()
    keepBelief()
    guard let lastTip, cache.wantsUpkeep(for: description.url) else { return }
    do {
      try cache.putTogether(for: description.url, keeping: lastTip, of: reference)
    } catch {
      logger.info("cache thrown away", metadata: ["error.message": "\(error)"])
      cache.discard(for: description.url)
    }
    closeDatabase()
  }

  /// Lets go of the connections: to be done when nothing more is asked.
  package func close() async { await remote.close() }

  func store() {
    if unsaved.byteCount == 0 { return }
    do {
      try openDatabase().store(unsaved)
      record { tips in
        for made in unsavedTips { tips.add(made) }
      }
    } catch {
      // What is not in the cache is fetched when it is needed.
      logger.info("cache not written", metadata: ["error.message": "\(error)"])
    }
    unsaved = NewObjects()
    unsavedTips = []
  }

  func openDatabase() throws -> ObjectDatabase {
    if let database { return database }
    let opened = try openPlace()
    database = opened
    return opened
  }

  private func openPlace() throws -> ObjectDatabase {
    while let place = places.first {
      do { return try place.open(for: description.url) } catch { leavePlace(because: error) }
    }
    return try ObjectDatabase.open(.memory(memory))
  }

  /// Goes on without the directory in which objects were kept.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  func leavePlace(because error: any Error) -> Bool {
    guard !places.isEmpty else { return false }
    let place = places.removeFirst()
    // No flag names the temporary directory.
    let isExpected = place == .temporary() || place != cache
    logger.log(
      level: isExpected ? .notice : .warning,
      """
      the cache \(place.directory) cannot be used: \(Self.words(of: error)); going on without it: \
      free space there, or name another directory with --cache
      """)
    closeDatabase()
    losses += 1
    return true
  }

  /// Takes the temporary directory away, so that memory alone is left beside the cache.
  func leaveTemporaryPlace() { places.removeAll { $0 == .temporary() } }

  /// What the system said, without the frame that Foundation puts around it.
  private static func words(of error: any Error) -> String {
    switch error {
    case let error as LandingError: return error.message
    case let error as GitError: return error.message
    default:
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
      let system = cause as NSError
      guard system.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
      return String(cString: strerror(Int32(system.code)))
    }
  }

  /// Makes the place of the objects again where another process has deleted it, a few times.
  ///
  /// - Returns: Whether it was gone, and is to be used again.
  func remakePlace() -> Bool {
    guard remakes < Self.mostRemakes, case .directory(let objects)? = database?.place,
      access(objects + "/pack", F_OK) != 0
    else { return false }
    closeDatabase()
    losses += 1
    remakes += 1
    return true
  }

  private static let mostRemakes = 3

  /// Starts what every state store needs and what takes its time to start.
  ///
  /// For a process that lives for one command: it can do this on a thread of its own while it
  /// still reads its arguments, if it does not end with the clean-up of C libraries.
  package static func warmUp() {
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

  /// Throws away what is kept here.
  func discardObjects() {
    closeDatabase()
    losses += 1
    memory = MemoryObjects()
    places.first?.discard(for: description.url)
  }
}
