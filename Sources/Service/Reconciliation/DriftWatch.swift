internal import Foundation
internal import Git
internal import Kratix
internal import Landing
internal import Logging
internal import ServiceLifecycle

/// Looks whether state stores still hold what has landed: again and again, and when somebody says
/// that they have changed.
actor DriftWatch {
  private let state: DesiredState
  private let platforms: Platforms
  private let reconcilers: Reconcilers
  private let changes: Changes
  private let telemetry: Telemetry
  private let surroundings: Surroundings
  private let options: Options
  private let logger: Logger
  /// The commit at which all was as it should be, by state store.
  private var clean: [String: ObjectID] = [:]
  private let pending = PendingLooks()

  /// How it works.
  struct Options: Sendable {
    /// What becomes of changes of others in owned paths.
    var policy = DriftPolicy.correct
    /// How often every state store is looked at.
    var interval: Duration = .seconds(300)
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
    telemetry: Telemetry, surroundings: Surroundings, options: Options, logger: Logger
  ) {
    self.state = state
    self.platforms = platforms
    self.reconcilers = reconcilers
    self.changes = changes
    self.telemetry = telemetry
    self.surroundings = surroundings
    self.options = options
    self.logger = logger
  }

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
    // Nobody knows what has happened while no service ran.
    repeat {
      for store in platforms.current.storeNames { await lookOrTell(at: store) }
      // Cancelled: the service stops.
    } while (try? await surroundings.sleep(options.interval)) != nil
  }

  private func lookOrTell(at store: String) async {
    do {
      _ = try await look(at: store)
    } catch {
      // The service stops.
      if Task.isCancelled { return }
      telemetry.notChecked(store, because: error)
      logger.warning(
        "state store not checked",
        metadata: [
          "store": "\(store)", "error.message": "\(LandingError(anyError: error).message)",
        ])
    }
  }

  /// Looks at a state store now.
  ///
  /// - Throws: `LandingError` when it cannot be read, `StorageError`.
  func look(at name: String) async throws -> Look {
    let platform = platforms.current
    let (store, description) = try platform.stores.store(name)
    let deadline = surroundings.now() + options.timeout
    let search = DriftSearch(
      name: name, store: store, description: description,
      destinations: platform.stores.platform.destinations, state: state, deadline: deadline,
      mostAtOnce: options.placementsAtOnce)
    var look = Look(stateStore: name, commit: try await search.tip())
    if clean[name] == look.commit {
      look.placements = try await state.expectationCount(in: name)
    } else {
      let findings = try await search.findings(since: look.commit)
      (look.commit, look.placements) = (findings.tip, findings.count)
      look.drifted = Set(findings.deviations.map(\.expectation.key)).sorted().map(\.description)
      try await settle(
        findings.deviations, in: store, named: name, at: findings.tip, deadline: deadline)
      let isClean = findings.deviations.isEmpty && findings.isOfOneTip
      clean[name] = isClean ? findings.tip : nil
    }
    let destinations = platform.stores.platform.destinations(in: description).map(\.name)
    telemetry.checked(
      name, destinations: destinations, drifts: look.drifted.count, at: surroundings.date())
    return look
  }

  private func settle(
    _ deviations: [DriftCheck.Deviation], in store: StateStore, named name: String,
    at tip: ObjectID, deadline: ContinuousClock.Instant
  ) async throws {
    let stores = platforms.current.storeNames
    let byWork = Dictionary(grouping: deviations) { $0.expectation.key }
    for key in try await state.drifted(in: name) where byWork[key] == nil {
      try await state.note(nil, of: key, in: name, stores: stores, at: surroundings.date())
      changes.tell(of: key)
    }
    guard !byWork.isEmpty else { return }
    let culprits = await culprits(of: deviations, in: store, at: tip, deadline: deadline)
    for (key, own) in byWork {
      let drift = StoreResult.Drift(
        verdict: own.contains { $0.verdict == .missing } ? .missing : .wrong,
        message: own.map { $0.told(culprits) }.joined(separator: "; "),
        commit: tip.hexadecimal)
      logger.warning(
        "changed by others",
        metadata: ["work": "\(key)", "store": "\(name)", "drift": "\(drift.message)"])
      try await state.note(drift, of: key, in: name, stores: stores, at: surroundings.date())
      changes.tell(of: key)
      if options.policy == .correct { await reconcilers.want(key) }
    }
  }

  /// The last change of each path that still stands.
  private func culprits(
    of deviations: [DriftCheck.Deviation], in store: StateStore, at tip: ObjectID,
    deadline: ContinuousClock.Instant
  ) async -> [String: History.Element] {
    // They have been read by these paths.
    let paths = Set(deviations.filter { $0.verdict == .wrong }.flatMap(\.places))
      .compactMap { try? StatePath($0) }
    // Who it was is good to know, and nothing waits for it.
    let found = try? await store.lastChanges(of: paths, from: tip, deadline: deadline)
    return Dictionary((found ?? [:]).map { ($0.key.description, $0.value) }) { first, _ in first }
  }
}

/// What becomes of changes of others in owned paths.
public enum DriftPolicy: String, Sendable, CaseIterable {
  /// They are put right.
  case correct
  /// They are told.
  case report
}

extension DriftCheck.Deviation {
  fileprivate func told(_ culprits: [String: History.Element]) -> String {
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
