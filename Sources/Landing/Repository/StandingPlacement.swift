internal import Git
package import Kratix

/// A placement of a Work that stands in the repository now, whoever wrote it.
package struct StandingPlacement: Sendable, Hashable, Codable {
  /// The Work that it is of, by its identity.
  package let work: String
  /// The name that its state file gives to the Work; `nil` in the mode `nestedByMetadata`, whose
  /// paths do not tell it.
  package let workName: String?
  /// Where it stands.
  package let destination: Destination
  /// The five digits of its group.
  package let shortID: String

  /// Says where a group stands, and under which name of its Work where a state file tells.
  package init(
    work: String, workName: String? = nil, destination: Destination, shortID: String
  ) {
    self.work = work
    self.workName = workName
    self.destination = destination
    self.shortID = shortID
  }
}

extension Snapshot {
  /// The placements of a Work that stand in the state store, in all filepath modes.
  ///
  /// A dry run is a Work of its own, though of the same names: only the Destination tells its
  /// placements from those of the request.
  ///
  /// - Throws: `GitError`, and `LandingError` when a Destination's path is not safe.
  package func standing(
    of work: Work, at destinations: [Destination], in store: GitStateStore
  ) throws -> [StandingPlacement] {
    try standing(of: work, at: destinations, in: store) { file in
      file.isNamed(for: work) ? file.name(ifOf: work) : nil
    }
  }

  /// The same, with all that may be the Work's by what its name begins with, where nobody has named
  /// it yet.
  ///
  /// - Parameter cut: Whether that holds where the name is cut, and may be another Work's too.
  /// - Throws: `GitError`, and `LandingError` when a Destination's path is not safe.
  package func possiblyStanding(
    of work: Work, at destinations: [Destination], in store: GitStateStore, cut: Bool = false
  ) throws -> [StandingPlacement] {
    try standing(of: work, at: destinations, in: store) { file in
      file.name(ifOf: work)
        ?? (cut && file.isPossibly(of: work) ? file.workName(in: work.namespace) : nil)
    }
  }

  private func standing(
    of work: Work, at destinations: [Destination], in store: GitStateStore,
    name: (StateFileName) -> String?
  ) throws -> [StandingPlacement] {
    let destinations = destinations.filter { $0.takesDryRuns == work.isDryRun }
    let shared = destinations.filter { $0.filepathMode != .nestedByMetadata }
    let own = destinations.filter { $0.filepathMode == .nestedByMetadata }
    let found =
      try nested(of: work, at: own, in: store)
      + listed(of: work, at: shared, in: store, name: name)
    return found.sorted {
      ($0.destination.name, $0.shortID, $0.workName ?? "")
        < ($1.destination.name, $1.shortID, $1.workName ?? "")
    }
  }

  /// A directory of five digits, below that of the Work.
  private func nested(
    of work: Work, at destinations: [Destination], in store: GitStateStore
  ) throws -> [StandingPlacement] {
    var directories: [StatePath: Destination] = [:]
    for destination in destinations {
      let directory = try work.directory(at: destination, in: store)
      directories[try StatePath(checking: directory)] = destination
    }
    // A request's own directory holds one for each pipeline; the one above it holds all requests.
    return try trees(at: directories.keys, lastLevels: 1).flatMap { path, tree in
      tree.entries.filter { $0.mode.isDirectory && work.mayHaveGroup($0.name) }
        .compactMap { entry in
          directories[path].map {
            StandingPlacement(
              work: work.identity, workName: nil, destination: $0, shortID: entry.name)
          }
        }
    }
  }

  /// A state file that is named for the Work.
  private func listed(
    of work: Work, at destinations: [Destination], in store: GitStateStore,
    name: (StateFileName) -> String?
  ) throws -> [StandingPlacement] {
    // All directories at once, so that what is missing is fetched at once.
    _ = try trees(at: destinations.map { try StateFiles.directory(of: $0, in: store) })
    return try destinations.flatMap { destination in
      try StateFiles(of: destination, in: store, self).entries.keys.compactMap { file in
        name(file).map {
          StandingPlacement(
            work: work.identity, workName: $0, destination: destination, shortID: file.shortID)
        }
      }
    }
  }
}

extension Work {
  /// Whether a directory's name may be that of a group.
  ///
  /// Beside the groups of a Work without a pipeline, such as that of static dependencies, stand the
  /// directories of pipelines, and one may be called `added`.
  fileprivate func mayHaveGroup(_ name: String) -> Bool {
    guard pipelineName.isEmpty else { return WorkloadGroup.isShortID(name) }
    return name == WorkloadGroup.defaultShortID
      || workloadGroups.contains { $0.shortID == name }
  }
}
