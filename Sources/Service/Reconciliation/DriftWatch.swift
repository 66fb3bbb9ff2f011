internal import Foundation
internal import Git
internal import Kratix
internal import Landing
internal import Logging
internal import ServiceLifecycle
internal import Verification

/// Looks whether state stores still hold what has landed: again and again, and when somebody says
/// that they have changed.
actor DriftWatch {
  private let state: DesiredState
  private let platforms: Platforms
  private let reconcilers: Reconcilers
  private let changes: Changes
  private let health: StoreHealth
  private let telemetry: Telemetry
  private let dependencies: Dependencies
  private let options: Options
  private let logger: Logger
  /// What the last look saw where it found nothing, by state store.
  private var clean: [String: Sight] = [:]
  private let pending: PendingLooks

  /// What a look depends on: while it is the same, there is nothing to find.
  private struct Sight: Hashable {
    var tip: ObjectID
    /// How much has been recorded of what the state store is to hold.
    var recordCount: Int
    /// The reading of the configuration.
    var platform: String
  }

  /// How it works.
  struct Options: Sendable {
    /// What becomes of changes of others in owned paths.
    var policy = DriftPolicy.correct
    /// How often every state store is looked at.
    var interval: Duration = .seconds(300)
    /// How soon a state store is looked at again that could not be read.
    var retryInterval: Duration = .seconds(30)
    /// How long one look may take.
    var timeout: Duration = .seconds(120)
    /// How many placements are held against a state store at once.
    var placementsAtOnce = 2_000
  }

  /// What a look at a state store found.
  struct Look: Sendable, Encodable {
    var stateStore: String
    var commit: ObjectID
    /// How many placements were looked at.
    var placements = 0
    /// Works that others have changed.
    var drifted: [String] = []
  }

  init(
    state: DesiredState, platforms: Platforms, reconcilers: Reconcilers, changes: Changes,
    health: StoreHealth, pending: PendingLooks, telemetry: Telemetry,
    dependencies: Dependencies, options: Options, logger: Logger
  ) {
    self.state = state
    self.platforms = platforms
    self.reconcilers = reconcilers
    self.changes = changes
    self.health = health
    self.pending = pending
    self.telemetry = telemetry
    self.dependencies = dependencies
    self.options = options
    self.logger = logger
  }

  /// What happens to changes by others.
  nonisolated var policy: DriftPolicy { options.policy }

  /// Asks for a look soon.
  nonisolated func look(soonAt store: String) { pending.ask(for: store) }

  /// Looks until it is told to stop.
  func run() async throws {
    try await cancelWhenGracefulShutdown {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await self.lookRegularly() }
        for await store in self.pending.turns() { await self.lookOrTell(at: store) }
        try await group.waitForAll()
      }
    }
  }

  private nonisolated func lookRegularly() async {
    // What has happened while no service ran is not known, so the first looks are at once.
    var next = dependencies.now()
    while true {
      let names = platforms.current.storeNames
      let isDue = next <= dependencies.now()
      if isDue { next = dependencies.now() + options.interval }
      await look(atEach: isDue ? names : names.filter(health.statuses.unread.contains))
      let hasFailed = names.contains(where: health.statuses.unread.contains)
      let pause = max(.zero, next - dependencies.now())
      // Cancelled: the service stops.
      guard
        (try? await dependencies.sleep(hasFailed ? min(pause, options.retryInterval) : pause))
          != nil
      else { return }
    }
  }

  /// One that does not answer keeps no other from being looked at, up to a few.
  private nonisolated func look(atEach stores: [String]) async {
    await withTaskGroup(of: Void.self) { group in
      for (number, store) in stores.enumerated() {
        if number >= Self.mostAtOnce { await group.next() }
        group.addTask { await self.lookOrTell(at: store) }
      }
    }
  }

  /// How many state stores are looked at at once.
  private static let mostAtOnce = 4

  private func lookOrTell(at store: String) async {
    do {
      _ = try await look(at: store)
    } catch {
      // The service stops.
      if Task.isCancelled { return }
      logger.warning(
        "state store not checked",
        metadata: [
          "store": "\(store)", "error.message": "\(LandingError(error).message)",
        ])
    }
  }

  /// Looks at a state store now.
  ///
  /// - Throws: `LandingError` when it cannot be read, `StorageError`.
  func look(at name: String) async throws -> Look {
    let before = health.statuses[name]?.problem
    defer { if health.statuses[name]?.problem != before { changes.tellAll() } }
    let platform = platforms.current
    do {
      let look = try await look(at: name, on: platform)
      let (_, description) = try platform.stores.store(name)
      health.looked(at: name, look.commit, at: dependencies.date())
      let destinations = platform.stores.platform.destinations(in: description).map(\.name)
      telemetry.checked(
        name, destinations: destinations, drifts: look.drifted.count, at: dependencies.date())
      return look
    } catch {
      // A look that was given up has found out nothing.
      if !Task.isCancelled {
        health.notLooked(at: name, because: error, at: dependencies.date())
      }
      throw error
    }
  }

  private func look(at name: String, on platform: Platforms.Version) async throws -> Look {
    let search = try DriftSearch(
      name, on: platform, state: state, dependencies: dependencies, options: options)
    let recordCount = await state.recordCount(of: name)
    var look = Look(stateStore: name, commit: try await search.tip())
    let sight = Sight(tip: look.commit, recordCount: recordCount, platform: platform.id)
    if clean[name] == sight {
      look.placements = try await state.expectationCount(in: name)
      return look
    }
    let findings = try await search.findings(since: look.commit)
    (look.commit, look.placements) = (findings.tip, findings.count)
    look.drifted = Set(findings.deviations.map(\.expectation.key)).sorted().map(\.description)
    try await settle(findings.deviations, of: search, at: findings.tip)
    for key in findings.changed { changes.tell(of: key) }
    if !findings.isVerified { pending.ask(for: name) }
    let isClean =
      findings.deviations.isEmpty && findings.isOfOneTip && findings.isVerified
      && !findings.leavesOut
    clean[name] = isClean ? sight : nil
    return look
  }

  private func settle(
    _ deviations: [DriftCheck.Deviation], of search: DriftSearch, at tip: ObjectID
  ) async throws {
    let (name, stores) = (search.name, search.platform.storeNames)
    let byWork = Dictionary(grouping: deviations) { $0.expectation.key }
    for key in try await state.drifted(in: name) where byWork[key] == nil {
      try await state.note(nil, of: key, in: name, stores: stores, at: dependencies.date())
      changes.tell(of: key)
    }
    guard !byWork.isEmpty else { return }
    let culprits = await culprits(
      of: deviations, in: search.store, at: tip, deadline: search.deadline)
    for (key, own) in byWork {
      let drift = StoreResult.Drift(
        verdict: own.contains { $0.verdict == .missing } ? .missing : .wrong,
        message: own.map { $0.told(culprits) }.joined(separator: "; "),
        commit: tip.hexadecimal)
      logger.warning(
        "changed by others",
        metadata: ["work": "\(key)", "store": "\(name)", "drift": "\(drift.message)"])
      try await state.note(drift, of: key, in: name, stores: stores, at: dependencies.date())
      changes.tell(of: key)
      if options.policy == .correct { await reconcilers.want(key) }
    }
  }

  /// The last change of each path that still stands.
  private func culprits(
    of deviations: [DriftCheck.Deviation], in store: StateStore, at tip: ObjectID,
    deadline: ContinuousClock.Instant
  ) async -> [String: LogEntry] {
    // They have been read by these paths.
    let paths = Set(deviations.filter { $0.verdict == .wrong }.flatMap(\.places))
      .compactMap { try? StatePath($0) }
    // Who it was is good to know, and nothing waits for it.
    let found = try? await store.history.lastChanges(of: paths, from: tip, deadline: deadline)
    return Dictionary((found ?? [:]).map { ($0.key.description, $0.value) }) { first, _ in first }
  }
}

/// What becomes of changes of others in owned paths.
package enum DriftPolicy: String, Sendable, CaseIterable {
  /// They are put right.
  case correct
  /// They are told.
  case report
}

extension DriftCheck.Deviation {
  fileprivate func told(_ culprits: [String: LogEntry]) -> String {
    guard verdict == .wrong else { return "\(expectation.path) is gone" }
    return places.map { place in
      let by = culprits[place].map { element in
        ", last by \(element.commit.author.name) in \(element.id.abbreviated) "
          + "(\(element.commit.subject))"
      }
      return "\(place) has been changed\(by ?? "")"
    }.joined(separator: "; ")
  }
}
