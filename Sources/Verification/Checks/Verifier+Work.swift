package import Kratix
package import Landing

extension Verifier {
  /// Checks that a Work's placements are byte for byte at the Destinations that its selectors
  /// choose, with no files of its earlier groups.
  ///
  /// - Parameters:
  ///   - work: The Work.
  ///   - snapshot: What is checked.
  ///   - elsewhere: Existing placements in other state stores, where they stay.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a path that cannot be.
  package func check(
    _ work: Work, in snapshot: Snapshot, elsewhere: [StandingPlacement] = []
  ) throws -> [ResourceReport] {
    try check(work, in: snapshot, elsewhere: elsewhere, ignoresText: false)
  }

  /// - Parameter ignoresText: Whether manifests that hold the same values in other text count as equal.
  func check(
    _ work: Work, in snapshot: Snapshot, elsewhere: [StandingPlacement] = [], ignoresText: Bool
  ) throws -> [ResourceReport] {
    let here = platform.destinations(in: stateStore)
    let standing =
      try snapshot.possiblyStanding(of: work, at: here, in: stateStore)
      + elsewhere.filter { $0.work == work.identity }
    let placements: Decision
    do throws(KratixError) {
      placements = try Decision(
        writing: work.named(by: standing), destinations: Array(platform.destinations.values),
        standing: standing)
    } catch {
      guard error.code == .noDestination else { throw error }
      return [missing(work, NoDestination.finding(because: error))]
    }
    let expected = try (placements.written + placements.removed)
      .filter { here.contains($0.destination) }
      .map { try ExpectedPlacement($0, in: stateStore) }
    guard !work.workloadGroups.isEmpty || work.isBeingDeleted else {
      return [missing(work, NotLanded.finding(emptyWork: work))]
    }
    var reports = try fileCheck(of: snapshot, ignoresText: ignoresText)
      .drafts(for: expected).map { ResourceReport($0, settings: settings) }
    let misplaced = placements.written.filter(\.isMisplaced).map(Misplaced.finding)
    guard !misplaced.isEmpty, !reports.isEmpty else { return reports }
    reports[0].findings += settings.applied(to: misplaced)
    if reports[0].verdict == .landed { reports[0].verdict = .misplaced }
    return reports
  }

  private func missing(_ work: Work, _ finding: Finding) -> ResourceReport {
    ResourceReport(
      .resource(work.resource), verdict: .missing, placements: [],
      findings: settings.applied(to: [finding]))
  }
}
