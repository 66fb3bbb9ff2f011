public import Kratix

/// What has to be done so that the state stores hold a Work and nothing else of it.
public struct Decision: Sendable, Hashable {
  /// The placements to write.
  public var written: [Placement] = []
  /// Those that stand and are to go.
  public var removed: [Placement] = []

  /// Decides for a Work that is to be there.
  ///
  /// - Parameters:
  ///   - work: The Work.
  ///   - destinations: All Destinations there are.
  ///   - standing: What stands of the Work now, in all state stores.
  /// - Throws: `KratixError`: `noDestination` when a group matches none, `invalidConfiguration`
  ///   when one is chosen that is not written here.
  public init(
    writing work: Work, destinations: [Destination], standing: [StandingPlacement]
  ) throws(KratixError) {
    let scheduler = Scheduler(destinations: destinations)
    var existing: [String: Set<String>] = [:]
    for group in work.workloadGroups {
      let here = standing.filter { $0.shortID == group.shortID }
      existing[group.id] = Set(here.map(\.destination.name))
    }
    let schedule = scheduler.schedule(work, existing: existing)
    if let group = schedule.unscheduled.first { throw scheduler.refusal(of: group, of: work) }
    // What goes where nothing is written must not be passed over in silence.
    for placement in schedule.placements { try placement.destination.requireGitStateStore() }
    let groups = Set(work.workloadGroups.map(\.shortID))
    written = schedule.placements
    removed = Self.removals(of: work, standing.filter { !groups.contains($0.shortID) })
  }

  /// Decides for a Work that is to go.
  public init(removing work: Work, standing: [StandingPlacement]) {
    removed = Self.removals(of: work, standing)
  }

  /// Placements without files, for what stands and is to go.
  private static func removals(
    of work: Work, _ standing: [StandingPlacement]
  ) -> [Placement] {
    standing.map { placement in
      let group = WorkloadGroup(
        directory: "", id: placement.shortID, workloads: [], destinationSelectors: [])
      return Placement(work: work, group: group, destination: placement.destination)
    }
  }
}
