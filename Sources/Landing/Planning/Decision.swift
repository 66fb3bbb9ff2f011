package import Kratix

/// What has to be done so that the state stores hold a Work and nothing else of it.
package struct Decision: Sendable, Hashable {
  /// The placements to write.
  package private(set) var written: [Placement] = []
  /// Those that stand and are to go.
  package private(set) var removed: [Placement] = []
  /// Those that are to go because what stands there is written elsewhere, by the group's id.
  package private(set) var relocated: [String: [Placement]] = [:]

  /// Groups that no Destination matches and that stand nowhere.
  package private(set) var unscheduled: [WorkloadGroup] = []

  /// Decides for a Work that is to be there.
  ///
  /// - Parameters:
  ///   - work: The Work.
  ///   - destinations: All Destinations there are.
  ///   - standing: What stands of the Work now, in all state stores.
  ///   - relocates: Whether what is misplaced moves to where the selectors want it.
  ///   - allowsUnscheduled: Whether a group that no Destination matches is left out.
  /// - Throws: `KratixError`: `noDestination` when a group matches none, `invalidConfiguration`
  ///   when one is chosen that is not written here.
  package init(
    writing work: Work, destinations: [Destination], standing: [StandingPlacement],
    relocates: Bool = false, allowsUnscheduled: Bool = false
  ) throws(KratixError) {
    let scheduler = Scheduler(destinations: destinations)
    for group in work.workloadGroups {
      let here = standing.filter { $0.shortID == group.shortID }
      let choice = scheduler.choose(
        for: group, of: work, existing: Set(here.map(\.destination.name)), relocates: relocates)
      if choice.chosen.isEmpty {
        guard allowsUnscheduled else { throw scheduler.refusal(of: group, of: work) }
        unscheduled.append(group)
      }
      for placement in choice.chosen {
        // What goes where nothing is written must not be passed over in silence.
        try placement.destination.requireGitStateStore()
        let names = here.filter { $0.destination.name == placement.destination.name }
          .compactMap(\.workName)
        written.append(placement.formerly(names.filter { $0 != work.name }))
      }
      let left = here.filter { choice.left.contains($0.destination.name) }
      relocated[group.id] = Self.removals(of: work, left)
    }
    let groups = Set(work.workloadGroups.map(\.shortID))
    removed = Self.removals(of: work, standing.filter { !groups.contains($0.shortID) })
  }

  /// Decides for a Work that is to go.
  package init(removing work: Work, standing: [StandingPlacement]) {
    removed = Self.removals(of: work, standing)
  }

  /// Placements without files, for what stands and is to go.
  private static func removals(
    of work: Work, _ standing: [StandingPlacement]
  ) -> [Placement] {
    standing.map { placement in
      let group = WorkloadGroup(
        directory: "", id: placement.shortID, workloads: [], destinationSelectors: [])
      return Placement(
        work: work.named(placement.workName ?? work.name), group: group,
        destination: placement.destination)
    }
  }
}

extension Work {
  /// The Work under the name that the state store knows it by, where nobody has named it yet.
  ///
  /// - Throws: `KratixError` with the code `pathConflict` when it has several.
  package func named(by standing: [StandingPlacement]) throws(KratixError) -> Work {
    guard hasDerivedName else { return self }
    let given = Set(standing.compactMap(\.workName)).subtracting([name]).sorted()
    guard let first = given.first else { return self }
    guard given.count == 1 else {
      throw KratixError(
        .pathConflict,
        """
        the state store has state files of \(given.joined(separator: " and ")), and each may be of \
        \(namespace)/\(baseName); nothing was written: say which with --work-name, or give the Work \
        itself with --work
        """)
    }
    return named(first)
  }
}

extension Placement {
  fileprivate func formerly(_ names: [String]) -> Placement {
    Placement(
      work: work, group: group, destination: destination, isMisplaced: isMisplaced,
      formerWorkNames: names)
  }
}
