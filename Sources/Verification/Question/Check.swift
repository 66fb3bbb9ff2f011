package import Git
package import Kratix
package import Landing
internal import Manifests

/// What should be in a state store, from all sources, and the way to a report on it.
///
/// ```swift
/// var check = Check(verifier: verifier)
/// check.isOfAll = true
/// let report = try await check.report(on: stateStore, deadline: deadline)
/// ```
package struct Check: Sendable {
  /// What it is checked with.
  package var verifier: Verifier
  /// Requests as they were made.
  package var requests: [ResourceRequest] = []
  /// The Promise's name, for requests whose Promise is not in the platform.
  package var promise: String?
  /// Works, as they were made of rendered output or dumped from a cluster.
  package var works: [Work] = []
  /// What stands of the Works in other state stores, where it stays.
  package var standingElsewhere: [StandingPlacement] = []
  /// Placements that stood before, as receipts tell.
  package var placements: [ExpectedPlacement] = []
  /// Whether everything that stands is checked, asked for or not.
  package var isOfAll = false
  /// How old the last commit of what landed may be.
  package var freshness: Report.Freshness?

  /// A check of nothing yet.
  package init(verifier: Verifier) { self.verifier = verifier }

  /// Checks the branch as it is on the remote now, or one commit.
  ///
  /// - Parameters:
  ///   - stateStore: What is checked.
  ///   - commit: The commit; the branch's own when it is left out.
  ///   - memory: Gives what an earlier check of all found; what has not changed since is taken from
  ///     it. Asked while the state store is read: its server's time is nobody's.
  ///   - deadline: When to give up.
  ///   - note: Told what could not be found out and takes nothing from the findings.
  /// - Throws: `LandingError`, and `KratixError` or `UnsafePath` for paths that cannot be.
  package func report(
    on stateStore: StateStore, at commit: ObjectID? = nil,
    memory: @escaping @Sendable () -> CheckMemory? = { nil },
    deadline: ContinuousClock.Instant, note: (any Error) -> Void = { _ in }
  ) async throws -> CheckResult {
    async let known = memory()
    let (report, listing, dependencies) = try await stateStore.read(commit, deadline: deadline) {
      snapshot in
      let report = Report(
        stateStore: stateStore.description, snapshot: snapshot,
        resources: Report.merged(try reports(in: snapshot)))
      guard isOfAll else { return (report, StoreListing?.none, [ResourceReport]()) }
      let listing = try verifier.listing(of: snapshot)
      return (report, listing, try verifier.dependencies(of: listing, in: snapshot))
    }
    var result = CheckResult(report: report)
    if let listing, let tip = report.commit?.id {
      let standing = try await standing(
        listing, at: tip, of: stateStore, memory: await known, deadline: deadline)
      result.take(standing, unownedFiles: verifier.report(ofUnownedFilesIn: listing))
      result.add(dependencies)
    }
    try LandingError.requireTime(until: deadline)
    do {
      result.report = try await result.report.withAuthorship(
        from: stateStore, as: verifier.stateStore, freshness: freshness,
        settings: verifier.settings, deadline: deadline)
      if isOfAll {
        result.report = try await result.report.withContent(
          from: stateStore, settings: verifier.settings, deadline: deadline)
      }
      guard result.report.worstSeverity == .error else { return result }
      result.report = try await verifier.withHistory(
        result.report, from: stateStore, deadline: deadline)
    } catch {
      // The findings stand without it; who brought them is only not known.
      note(error)
    }
    return result
  }

  private func reports(in snapshot: Snapshot) throws -> [ResourceReport] {
    try works.flatMap { try verifier.check($0, in: snapshot, elsewhere: standingElsewhere) }
      + verifier.check(rendered: placements, in: snapshot)
      + verifier.check(requests: requests, promise: promise, in: snapshot)
  }
}
