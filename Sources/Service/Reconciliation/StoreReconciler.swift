internal import Foundation
internal import Git
internal import Kratix
internal import Landing
internal import Logging

/// Makes one state store agree with the desired state, and keeps at it.
///
/// Level-triggered: it is told that something has changed, never what; when a Work's turn comes,
/// what is wanted is read from the database, and the landing finds out what is there.
actor StoreReconciler {
  let store: String
  private let state: DesiredState
  private let platforms: Platforms
  private let changes: Changes
  private let health: StoreHealth
  private let looks: PendingLooks
  private let checks: LandedChecks
  private let telemetry: Telemetry
  private let dependencies: Dependencies
  private let options: Options
  private let logger: Logger
  private var queue: WorkQueue
  private var isStopping = false
  /// Landings since what was pushed was last put into the cache.
  private var unsettled = 0
  /// How many pushed Works are held in memory at most before they are put into the cache.
  private static let mostUnsettled = 500
  private let (signals, signal) = AsyncStream.makeStream(
    of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// How it works.
  struct Options: Sendable {
    /// How many Works are landed at once; those that wait for one push go out in the next.
    var places = 500
    /// What becomes of changes of others in files that placements share.
    var drift = DriftPolicy.correct
    /// How long one landing may take.
    var timeout: Duration = .seconds(60)
  }

  init(
    store: String, state: DesiredState, platforms: Platforms, changes: Changes,
    health: StoreHealth, looks: PendingLooks, telemetry: Telemetry, dependencies: Dependencies,
    options: Options = Options(), logger: Logger
  ) {
    self.store = store
    self.state = state
    self.platforms = platforms
    self.changes = changes
    self.health = health
    self.looks = looks
    self.checks = LandedChecks(store: store, dependencies: dependencies, logger: logger)
    self.telemetry = telemetry
    self.dependencies = dependencies
    self.options = options
    self.logger = logger
    self.queue = WorkQueue(places: options.places)
  }

  /// Something about Works has changed.
  func want(_ keys: some Sequence<WorkKey> & Sendable) {
    for key in keys { queue.want(key) }
    signal.yield()
  }

  /// Something about the platform has changed.
  func wantAllAgain() {
    queue.wantAllAgain()
    signal.yield()
  }

  /// Begins nothing any more; what is under way ends.
  func stop() {
    isStopping = true
    signal.yield()
  }

  /// How many Works wait.
  var depth: Int { queue.depth }

  /// Works until it is stopped, and until what is under way then has ended.
  func run() async throws {
    want(try await state.unsettled(in: store))
    var alarm: Task<Void, Never>?
    await withDiscardingTaskGroup { group in
      for await _ in signals {
        alarm?.cancel()
        if isStopping || Task.isCancelled { break }
        for key in queue.next(at: dependencies.now()) {
          // What a client waits for goes before hundreds of these.
          group.addTask(priority: .utility) { await self.takeTurn(key) }
        }
        telemetry.queueDepth(queue.depth, store: store)
        alarm = self.alarm()
      }
    }
  }

  private func alarm() -> Task<Void, Never>? {
    let now = dependencies.now()
    guard let time = queue.nextTime(after: now) else { return nil }
    return Task { [dependencies, signal] in
      // Cancelled: another alarm has been set.
      guard (try? await dependencies.sleep(max(.zero, time - now))) != nil else { return }
      signal.yield()
    }
  }

  private func takeTurn(_ key: WorkKey) async {
    let ending: WorkQueue.Ending
    do {
      ending = try await reconcile(key)
    } catch {
      // The desired state cannot be read or written: nothing is known to have happened.
      logger.error("desired state not usable", metadata: ["error.message": "\(error)"])
      ending = .notKept
    }
    queue.end(key, ending, at: dependencies.now(), randomUnit: dependencies.randomUnit())
    signal.yield()
    await settle()
  }

  /// Puts what was pushed into the cache, when there is time, or when it has become much.
  private func settle() async {
    unsettled += 1
    guard queue.isIdle || unsettled >= Self.mostUnsettled else { return }
    unsettled = 0
    // A state store that is no more has nothing to keep.
    guard let (store, _) = try? platforms.current.stores.store(store) else { return }
    await store.flushCache()
  }

  private func reconcile(_ key: WorkKey) async throws -> WorkQueue.Ending {
    // The database at this path may belong to another process by now.
    try state.database.requireInPlace()
    guard let work = try await state.work(key) else { return .done }
    let platform = platforms.current
    var result = await land(work, on: platform)
    if health.landed(result, at: dependencies.date()) {
      looks.ask(for: store)
      changes.tellAll()
    }
    result = await verified(result, of: work, on: platform)
    let stores = platform.storeNames
    let now = try await state.record(result, of: key, stores: stores, at: dependencies.date())
    changes.tell(of: key, now.map { .recorded($0) } ?? .changed)
    // What it waited for to be verified elsewhere may be known now.
    for other in now?.unverified ?? [] where other != store { looks.ask(for: other) }
    if [.landed, .removed].contains(result.outcome), let commit = result.receipt?.commit {
      try await verifySiblings(of: work, at: commit, on: platform)
    }
    return WorkQueue.Ending(result.outcome)
  }

  /// A result with what verification says of what has landed; where it cannot be known now, a look
  /// finds it out.
  private func verified(
    _ result: StoreResult, of work: DesiredWork, on platform: Platforms.Version
  ) async -> StoreResult {
    guard result.outcome.isSuccess, !result.standing.isEmpty,
      let commit = result.receipt?.commit
    else { return result }
    var result = result
    var landed = work
    landed.results = work.results.filter { $0.store != store } + [result]
    result.verification = await checks.verification(of: landed, at: commit, on: platform)
    if result.verification == nil { looks.ask(for: store) }
    return result
  }

  /// What other Pipelines of the same request made is verified with it, so it is verified again.
  private func verifySiblings(
    of work: DesiredWork, at commit: ObjectID, on platform: Platforms.Version
  ) async throws {
    for sibling in try await state.siblings(of: work) {
      let result = sibling.results.first { $0.store == store }
      guard let result, result.isDone(sibling.revision), result.drift == nil,
        !result.standing.isEmpty,
        let verification = await checks.verification(of: sibling, at: commit, on: platform)
      else { continue }
      let changed = try await state.note(
        [sibling.key: verification], of: [sibling], in: store, stores: platform.storeNames,
        at: dependencies.date())
      for key in changed { changes.tell(of: key) }
    }
  }

  private func land(_ work: DesiredWork, on platform: Platforms.Version) async -> StoreResult {
    let began = dependencies.now()
    let result = await attempt(work, on: platform)
    if !result.outcome.isSuccess {
      logger.notice(
        "not landed",
        metadata: [
          "work": "\(work.key)", "store": "\(store)", "outcome": "\(result.outcome.rawValue)",
          "error.message": "\(result.message)",
        ])
    }
    telemetry.landed(result, in: store, took: dependencies.now() - began)
    return result
  }

  private func attempt(_ work: DesiredWork, on platform: Platforms.Version) async -> StoreResult {
    let last = work.results.first { $0.store == store }
    func failed(_ failure: LandingError) -> StoreResult {
      StoreResult(
        failure, in: store, revision: work.revision, after: last, at: dependencies.date())
    }
    let deadline = dependencies.now() + options.timeout
    do {
      let wanted = try await work.read()
      let receipt = try await platform.stores.land(
        work.isBeingRemoved ? .remove([wanted]) : .write([wanted]),
        steering: LandingRequest.Steering(
          restoresSharedFiles: options.drift == .correct && last?.drift != nil),
        in: store,
        elsewhere: work.standing(wanted, on: platform, elsewhereThan: store),
        options: LandingOptions(deadline: deadline))
      guard work.isBeingRemoved else {
        return StoreResult(receipt, revision: work.revision, after: last)
      }
      let remains = try await Remains(
        of: work, in: store, at: receipt.commit, on: platform, deadline: deadline)
      guard let failure = remains.failure else {
        return StoreResult(receipt, revision: work.revision, after: last)
      }
      var result = failed(failure)
      result.receipt?.placements = remains.placements
      return result
    } catch {
      return failed(LandingError(error))
    }
  }
}
