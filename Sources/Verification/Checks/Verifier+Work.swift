package import Kratix
package import Landing

extension Verifier {
  /// Checks Works, each as `check(_:in:elsewhere:)` does.
  ///
  /// - Throws: As that.
  func check(
    _ works: [Work], in snapshot: Snapshot, elsewhere: [StandingPlacement],
    ignoresText: Bool = false
  ) throws -> [ResourceReport] {
    guard !works.isEmpty else { return [] }
    let check = try WorkCheck(
      of: works, by: self, fileCheck(of: snapshot, ignoresText: ignoresText))
    return try works.flatMap { try check.reports(on: $0, elsewhere: elsewhere) }
  }

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
    try check([work], in: snapshot, elsewhere: elsewhere)
  }
}

/// Compares Works with a snapshot, with what is the same for all of them.
private struct WorkCheck {
  private let verifier: Verifier
  private let files: FileCheck
  private let snapshot: Snapshot
  /// All Destinations of the platform.
  private let all: [Destination]
  /// Those of the state store.
  private let here: Set<String>
  private let shared: [Destination]
  private let directories: ResourceDirectories

  init(of works: [Work], by verifier: Verifier, _ files: FileCheck) throws {
    self.verifier = verifier
    self.files = files
    snapshot = files.snapshot
    all = Array(verifier.platform.destinations.values)
    let own = verifier.platform.destinations(in: verifier.stateStore)
    here = Set(own.map(\.name))
    shared = own.filter { $0.filepathMode != .nestedByMetadata }
    let layouts = try own.filter { $0.filepathMode == .nestedByMetadata }.map {
      try RepositoryLayout(of: $0, in: verifier.stateStore)
    }
    directories = try ResourceDirectories(of: works.map(\.resource), at: layouts, in: snapshot)
  }

  func reports(
    on work: Work, elsewhere: [StandingPlacement]
  ) throws -> [ResourceReport] {
    let possible = shared + directories.places(of: work.resource).map(\.destination)
    let standing =
      try snapshot.possiblyStanding(of: work, at: possible, in: verifier.stateStore)
      + elsewhere.filter { $0.work == work.identity }
    let placements: Decision
    do throws(KratixError) {
      placements = try Decision(
        writing: work.named(by: standing), destinations: all, standing: standing)
    } catch {
      guard error.code == .noDestination else { throw error }
      return [missing(work, NoDestination.finding(because: error))]
    }
    let expected = try (placements.written + placements.removed)
      .filter { here.contains($0.destination.name) }
      .map { try ExpectedPlacement($0, in: verifier.stateStore) }
    guard !work.workloadGroups.isEmpty || work.isBeingDeleted else {
      return [missing(work, NotLanded.finding(emptyWork: work))]
    }
    var reports = try files.drafts(for: expected).map {
      ResourceReport($0, settings: verifier.settings)
    }
    let misplaced = placements.written.filter(\.isMisplaced).map(Misplaced.finding)
    guard !misplaced.isEmpty, !reports.isEmpty else { return reports }
    reports[0].findings += verifier.settings.applied(to: misplaced)
    if reports[0].verdict == .landed { reports[0].verdict = .misplaced }
    return reports
  }

  private func missing(_ work: Work, _ finding: Finding) -> ResourceReport {
    ResourceReport(
      .resource(work.resource), verdict: .missing, placements: [],
      findings: verifier.settings.applied(to: [finding]))
  }
}
