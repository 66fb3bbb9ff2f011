package import Git
package import Kratix
package import Landing
internal import Manifests
package import Signing

/// What should be in a state store, from all sources, and how to get a report on it.
///
/// ```swift
/// var check = Check(verifier: verifier)
/// check.isOfAll = true
/// let report = try await check.report(on: stateStore, deadline: deadline)
/// ```
package struct Check: Sendable {
  package var verifier: Verifier
  /// Requests, without the defaults of their Promises.
  package var requests: [ResourceRequest] = []
  /// The Promise's name, for requests whose Promise is not in the platform.
  package var promise: String?
  /// Works, from rendered output or dumped from a cluster.
  package var works: [Work] = []
  /// Existing placements of the Works in other state stores, where they stay.
  package var standingElsewhere: [StandingPlacement] = []
  /// Placements that receipts name.
  package var placements: [ExpectedPlacement] = []
  /// Whether every resource in the state store is checked.
  package var isOfAll = false
  /// How old the last commit of a placement may be.
  package var freshness: Report.Freshness?
  /// Whose signatures of commits count; `nil` where signatures are not judged.
  package var signers: TrustedSigners?

  /// A check that asks for nothing yet.
  package init(verifier: Verifier) { self.verifier = verifier }

  /// Checks the current tip of the branch on the remote, or one commit.
  ///
  /// - Parameters:
  ///   - stateStore: The state store.
  ///   - commit: The commit; by default the tip of the branch.
  ///   - memory: Loads the result of an earlier check of everything; unchanged resources are taken
  ///     from it. Runs while the server answers.
  ///   - deadline: The time limit.
  ///   - note: Receives errors that leave the findings complete.
  /// - Throws: `LandingError`, and `KratixError` or `UnsafePath` for paths that cannot be.
  package func report(
    on stateStore: StateStore, at commit: ObjectID? = nil,
    memory: @escaping @Sendable () -> VerificationCache? = { nil },
    deadline: ContinuousClock.Instant, note: (any Error) -> Void = { _ in }
  ) async throws -> CheckResult {
    async let known = memory()
    let reading = try await stateStore.read(commit, deadline: deadline) { snapshot in
      try self.reading(of: snapshot, stateStore.description)
    }
    let verifier = reading.verifier
    async let history: Void = fetchHistory(for: reading, of: stateStore, deadline: deadline)
    var result = CheckResult(report: reading.report)
    if let listing = reading.listing {
      var standing: [CheckedResource] = []
      var shared: [ResourceReport] = []
      if let tip = reading.report.commit?.id {
        standing = try await verifier.standing(
          resources(listing), of: listing, at: tip, of: stateStore, memory: await known,
          deadline: deadline)
        shared = try await verifier.sharedObjects(
          of: standing, at: tip, of: stateStore, deadline: deadline)
      }
      let absent = standing.filter { $0.isAbsent }.map(\.resource)
      result.take(
        absent.isEmpty ? standing : standing.filter { !$0.isAbsent },
        unownedFiles: verifier.report(ofUnownedFilesIn: listing, absent: absent))
      result.add(reading.dependencies + shared)
    }
    try LandingError.requireTime(until: deadline)
    result.report = try await verifier.withBroughtObjects(
      result.report, from: stateStore, deadline: deadline)
    await history
    if let signers {
      result.report = try await result.report.withSignatures(
        judgedBy: signers, from: stateStore, settings: verifier.settings, deadline: deadline)
    }
    do {
      result.report = try await result.report.withAuthorship(
        from: stateStore, as: verifier.stateStore, freshness: freshness,
        settings: verifier.settings, deadline: deadline)
      result.report = try await verifier.withSelectors(
        result.report, from: stateStore, deadline: deadline)
      result.report = try await verifier.withCopies(
        result.report, from: stateStore, deadline: deadline)
      if isOfAll {
        result.report = try await verifier.withContent(
          result.report, from: stateStore, deadline: deadline)
        result.report = try await verifier.withWriters(
          result.report, of: reading.listing?.ofNoDestination ?? [], from: stateStore,
          deadline: deadline)
      }
      guard result.report.worstSeverity == .error else { return result }
      result.report = try await result.report.withLostCommits(
        of: placements, from: stateStore, deadline: deadline)
      result.report = try await verifier.withHistory(
        result.report, from: stateStore, deadline: deadline)
    } catch {
      // The findings are complete; only the commits that introduced them are not known.
      note(error)
    }
    return result
  }

  /// What is read of a snapshot before its resources are checked one by one.
  private struct Reading {
    /// The verifier, with the Destinations that are known.
    let verifier: Verifier
    /// What was asked for by name.
    let report: Report
    var listing: StoreListing?
    var dependencies: [ResourceReport] = []
  }

  /// Fetches the commits that authorship is judged by, while resources are checked.
  private func fetchHistory(
    for reading: Reading, of stateStore: StateStore, deadline: ContinuousClock.Instant
  ) async {
    guard let tip = reading.report.commit?.id, reading.listing?.resources.isEmpty == false else {
      return
    }
    // An error is reported where the commits are asked for.
    _ = try? await stateStore.history.log(
      from: tip, atMost: HistoryReader.mostCommits, deadline: deadline)
  }

  private func reading(
    of snapshot: Snapshot, _ stateStore: StateStoreDescription
  ) throws -> Reading {
    let verifier = try verifier.findingDestinations(in: snapshot)
    let report = Report(
      stateStore: stateStore, snapshot: snapshot,
      resources: Report.merged(try reports(of: verifier, in: snapshot)))
    var reading = Reading(verifier: verifier, report: report)
    guard isOfAll else { return reading }
    let listing = try verifier.listing(of: snapshot)
    reading.dependencies = try verifier.dependencies(of: listing, in: snapshot)
    reading.listing = listing
    return reading
  }

  private func reports(of verifier: Verifier, in snapshot: Snapshot) throws -> [ResourceReport] {
    try verifier.check(works, in: snapshot, elsewhere: standingElsewhere)
      + verifier.check(rendered: placements, in: snapshot)
      + verifier.check(requests: requests, promise: promise, in: snapshot)
  }
}
