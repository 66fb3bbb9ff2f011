internal import Git
internal import Kratix
internal import Landing

/// Looks through all that should stand in a state store, some of it at a time: all of it at once
/// would take more memory than everything else that the service does.
struct DriftSearch {
  let name: String
  let platform: Platforms.Version
  let state: DesiredState
  let dependencies: Dependencies
  let deadline: ContinuousClock.Instant
  /// Until when Works are verified; those that are left over are verified by the next look.
  let verifiesUntil: ContinuousClock.Instant
  /// How many placements are held against the branch at once.
  let mostAtOnce: Int
  let store: StateStore
  private let description: GitStateStore

  /// - Throws: `LandingError` when there is no such state store.
  init(
    _ name: String, on platform: Platforms.Version, state: DesiredState,
    dependencies: Dependencies, options: DriftWatch.Options
  ) throws {
    self.name = name
    self.platform = platform
    self.state = state
    self.dependencies = dependencies
    let now = dependencies.now()
    deadline = now + options.timeout
    verifiesUntil = now + options.timeout / 2
    mostAtOnce = options.placementsAtOnce
    (store, description) = try platform.stores.store(name)
  }

  /// What was found.
  struct Findings {
    /// What is not as it was, and still should be.
    var deviations: [DriftCheck.Deviation] = []
    /// How many placements were looked at.
    var count = 0
    /// The commit that was looked at last.
    var tip: ObjectID
    /// Whether it was the same for all.
    var isOfOneTip = true
    /// Works of which verification says something else than before.
    var changed: [WorkKey] = []
    /// Whether there was time to verify all that had to be.
    var isVerified = true
    /// Whether Works are left out because not every state store has been asked to take them.
    var leavesOut = false
  }

  /// How many Works are verified at once; landings wait no longer than for these.
  private static let mostVerifiedAtOnce = 50

  /// The last commit of the branch.
  ///
  /// - Throws: `LandingError` when it cannot be read, or the branch is missing.
  func tip() async throws -> ObjectID {
    guard let tip = try await store.tip(deadline: deadline) else {
      throw LandingError(.branchMissing, "\(description.url) has no branch \(description.branch)")
    }
    return tip
  }

  /// Looks at everything, from a commit that the branch had a moment ago.
  ///
  /// - Throws: `LandingError` when the state store cannot be read, `StorageError`.
  func findings(since tip: ObjectID) async throws -> Findings {
    var findings = Findings(tip: tip)
    var part: [StandingExpectation] = []
    repeat {
      part = try await state.expectations(in: name, after: part.last, limit: mostAtOnce)
      try await look(at: part, &findings)
    } while part.count == mostAtOnce
    return findings
  }

  /// The branch is asked after the part has been read: it has all that had landed by then.
  private func look(at part: [StandingExpectation], _ findings: inout Findings) async throws {
    let tip = try await tip()
    findings.isOfOneTip = findings.isOfOneTip && tip == findings.tip
    findings.tip = tip
    findings.count += part.count
    let check = DriftCheck(
      expectations: part, destinations: platform.stores.platform.destinations, store: description)
    let (deviations, unverified) = try await store.read(tip, deadline: deadline) { snapshot in
      (
        try check.deviations(in: snapshot),
        try check.unverified(in: snapshot, with: platform.id)
      )
    }
    findings.deviations += try await stillExpected(deviations)
    // What others have changed is not as it landed, whatever the rest of it holds.
    let unchanged = unverified.subtracting(deviations.map(\.expectation.key)).sorted()
    try await verify(unchanged, at: tip, &findings)
  }

  private func verify(
    _ keys: [WorkKey], at tip: ObjectID, _ findings: inout Findings
  ) async throws {
    let verification = try StoreVerification(platform: platform, store: name, deadline: deadline)
    for start in stride(from: 0, to: keys.count, by: Self.mostVerifiedAtOnce) {
      guard dependencies.now() < verifiesUntil else {
        findings.isVerified = false
        return
      }
      let some = keys[start..<min(start + Self.mostVerifiedAtOnce, keys.count)]
      let all = try await state.works(Array(some))
      // What is in another state store has to be known first, and that one may be away.
      let works = all.filter { isKnown($0) }
      findings.leavesOut = findings.leavesOut || works.count < all.count
      findings.changed += try await state.note(
        try await verification.verifications(of: works, at: tip), of: works, in: name,
        stores: platform.storeNames, at: dependencies.date())
    }
  }

  private func isKnown(_ work: DesiredWork) -> Bool {
    platform.storeNames.allSatisfy { other in
      other == name || work.results.contains { $0.store == other && $0.receipt != nil }
    }
  }

  /// What has been written since is not what was looked for.
  private func stillExpected(
    _ deviations: [DriftCheck.Deviation]
  ) async throws -> [DriftCheck.Deviation] {
    if deviations.isEmpty { return [] }
    let keys = Set(deviations.map(\.expectation.key))
    let expected = Set(try await state.expectations(in: name, of: keys).map(\.placement))
    return deviations.filter { expected.contains($0.expectation.placement) }
  }
}
