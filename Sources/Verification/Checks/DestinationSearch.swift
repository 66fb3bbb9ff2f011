internal import Git
package import Kratix
package import Landing

extension Platform {
  /// Takes the Destinations that a snapshot's layout shows, where the configuration names none.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  package mutating func findDestinations(of store: GitStateStore, in snapshot: Snapshot) throws {
    guard destinationKnowledge == .found else { return }
    find(try snapshot.layouts().map { $0.destination(in: store) }, in: store)
  }

  /// Kratix's layout in directories that no Destination of the configuration has.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` for a
  ///   Destination's path that cannot be.
  package func layoutsOfNoDestination(
    of store: GitStateStore, in snapshot: Snapshot
  ) throws -> [RepositoryLayout] {
    guard let known = try allDirectories(onBranchOf: store) else { return [] }
    var whole = store
    whole.path = ""
    return try snapshot.layouts(outside: known).filter(\.holdsPlacement).map {
      try RepositoryLayout(of: $0.destination(in: whole), in: whole)
    }
  }
}

extension Verifier {
  /// The same verifier, with the Destinations that the snapshot's layout shows where the configuration
  /// names none.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func findingDestinations(in snapshot: Snapshot) throws -> Verifier {
    guard platform.destinationKnowledge == .found else { return self }
    var verifier = self
    try verifier.platform.findDestinations(of: stateStore, in: snapshot)
    verifier.stateStore = verifier.platform.stateStores[stateStore.name] ?? stateStore
    return verifier
  }

  /// Adds to the reports of requests what of them is in directories that no Destination has.
  ///
  /// - Throws: As `layoutsOfNoDestination`.
  func addMisplaced(
    _ searches: [ResourceSearch], in snapshot: Snapshot, to drafts: inout [ReportBuilder]
  ) throws {
    let layouts = try platform.layoutsOfNoDestination(of: stateStore, in: snapshot).filter {
      $0.destination.filepathMode == .nestedByMetadata
    }
    guard !layouts.isEmpty else { return }
    let places = try searches.map { search in
      try search.resource.map { resource in
        try layouts.map { (layout: $0, path: try StatePath($0.path(of: resource))) }
      } ?? []
    }
    let files = try snapshot.files(below: Set(places.joined().map(\.path)))
    for index in searches.indices {
      for (layout, path) in places[index] where files[path]?.isEmpty == false {
        drafts[index].take(
          Misplaced.finding(
            searches[index], at: path.description, ofNoDestination: layout,
            isCopy: drafts[index].hasLanded),
          at: path.description, of: layout.destination)
      }
    }
  }
}

extension ReportBuilder {
  /// Takes what landed in a directory of no Destination: the resource is not missing then.
  fileprivate mutating func take(_ finding: Finding, at path: String, of destination: Destination) {
    if !hasLanded { findings.removeAll { $0.rule == .notLanded } }
    hasLanded = true
    findings.append(finding)
    placements.append(ResourceReport.Placement(destination: destination.name, path: path))
  }
}
