internal import Git
public import Kratix

/// A placement that stands in the repository now, whoever wrote it.
public struct StandingPlacement: Sendable, Hashable {
  /// Where it stands.
  public let destination: Destination
  /// The five digits of its group.
  public let shortID: String
}

extension Snapshot {
  /// The placements of a Work that stand in the state store.
  ///
  /// - Throws: `GitError`, and `LandingError` when a Destination's path is not safe.
  public func standing(
    of work: Work, at destinations: [Destination], in store: GitStateStore
  ) throws -> [StandingPlacement] {
    var directories: [StatePath: Destination] = [:]
    for destination in destinations {
      let directory = try work.directory(at: destination, in: store)
      directories[try StatePath(directory)] = destination
    }
    let found = try trees(at: directories.keys)
    return found.flatMap { path, tree in
      tree.entries.filter { $0.mode.isDirectory && Self.isShortID($0.name) }.compactMap { entry in
        directories[path].map { StandingPlacement(destination: $0, shortID: entry.name) }
      }
    }
    .sorted { ($0.destination.name, $0.shortID) < ($1.destination.name, $1.shortID) }
  }

  private static func isShortID(_ name: String) -> Bool {
    name.utf8.count == 5 && name.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }
}

extension Work {
  /// What has to be done so that the state stores hold this Work and nothing else of it.
  ///
  /// - Parameters:
  ///   - platform: The Destinations there are.
  ///   - standing: What stands of the Work now.
  /// - Returns: The placements to write, and those of groups that are no more, to remove.
  /// - Throws: `KratixError` with the code `noDestination` when a group matches none.
  public func placements(
    on platform: Platform, standing: [StandingPlacement]
  ) throws(KratixError) -> (written: [Placement], removed: [Placement]) {
    let scheduler = Scheduler(destinations: Array(platform.destinations.values))
    var existing: [String: Set<String>] = [:]
    for group in workloadGroups {
      let here = standing.filter { $0.shortID == group.shortID }
      existing[group.id] = Set(here.map(\.destination.name))
    }
    let schedule = scheduler.schedule(self, existing: existing)
    if let group = schedule.unscheduled.first { throw scheduler.refusal(of: group, of: self) }
    // What goes where nothing is written must not be passed over in silence.
    for placement in schedule.placements { _ = try platform.stateStore(of: placement.destination) }
    let groups = Set(workloadGroups.map(\.shortID))
    return (schedule.placements, removals(standing.filter { !groups.contains($0.shortID) }))
  }

  /// Placements without files, for what stands and is to go.
  func removals(_ standing: [StandingPlacement]) -> [Placement] {
    standing.map { placement in
      let group = WorkloadGroup(
        directory: "", id: placement.shortID, workloads: [], destinationSelectors: [])
      return Placement(work: self, group: group, destination: placement.destination)
    }
  }
}
