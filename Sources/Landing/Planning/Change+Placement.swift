internal import Git
package import Kratix

extension Change {
  /// Lays out what a placement's group holds, in the stead of what stands of it.
  ///
  /// - Throws: `LandingError`: `unsafe-path` or `path-conflict`, before anything is written.
  package static func write(
    _ placement: Placement, in store: GitStateStore
  ) throws(LandingError) -> Change {
    try move(placement, from: [], in: store)
  }

  /// Lays a placement out and removes others of its Work's, in one commit.
  ///
  /// - Throws: `LandingError`: `unsafe-path` or `path-conflict`, before anything is written.
  static func move(
    _ placement: Placement, from former: [Placement], in store: GitStateStore,
    within batch: AggregateBatch = AggregateBatch()
  ) throws(LandingError) -> Change {
    let writing = try Part.writing(placement, in: store, within: batch)
    var removals: [Part] = []
    for placement in former {
      removals.append(try Part.removing(placement, in: store, within: batch))
    }
    var change = Change(placement, removals + [writing])
    change.former = zip(former, removals).map { placement, part in
      Receipt.Place(destination: placement.destination.name, path: part.place.description)
    }
    return change
  }

  /// Removes what stands of a placement.
  ///
  /// - Throws: `LandingError` with `unsafe-path`.
  package static func remove(
    _ placement: Placement, in store: GitStateStore
  ) throws(LandingError) -> Change {
    try remove(placement, in: store, within: AggregateBatch())
  }

  static func remove(
    _ placement: Placement, in store: GitStateStore, within batch: AggregateBatch
  ) throws(LandingError) -> Change {
    Change(placement, [try Part.removing(placement, in: store, within: batch)])
  }

  private init(_ placement: Placement, _ parts: [Part]) {
    self.init(
      name: placement.name, destination: placement.destination.name,
      place: parts.last?.place, claims: parts.flatMap(\.claims), isMisplaced: placement.isMisplaced,
      owner: placement.owner, fields: placement.fields,
      scheduling: CommitMessage.trailers(ofScheduling: placement)
    ) { snapshot, edit, objects in
      for part in parts { try part.edit(snapshot, &edit, &objects) }
    }
  }

  /// What is done to one placement, in its Destination's mode.
  struct Part: Sendable {
    /// Where a person looks for it.
    let place: StatePath
    let claims: [StatePath]
    let edit: @Sendable (Snapshot, inout Edit, inout NewObjects) throws -> Void

    static func writing(
      _ placement: Placement, in store: GitStateStore, within batch: AggregateBatch
    ) throws(LandingError) -> Part {
      let layout = try landing { () throws(KratixError) in try placement.layout(in: store) }
      switch layout.mode {
      case .nestedByMetadata: return try nested(layout)
      case .none: return try FlatPlacement(placement, layout, in: store).writing
      case .aggregatedYAML:
        return try AggregatedPlacement(placement, layout, in: store, within: batch).writing
      }
    }

    static func removing(
      _ placement: Placement, in store: GitStateStore, within batch: AggregateBatch
    ) throws(LandingError) -> Part {
      let layout = try landing { () throws(KratixError) in try placement.layout(in: store) }
      switch layout.mode {
      case .nestedByMetadata: return try removingDirectory(StatePath(checking: layout.directory))
      case .none: return try FlatPlacement(placement, layout, in: store).removing
      case .aggregatedYAML:
        return try AggregatedPlacement(placement, layout, in: store, within: batch).removing
      }
    }

    /// The directory is replaced as a whole.
    private static func nested(_ layout: Layout) throws(LandingError) -> Part {
      let directory = try StatePath(checking: layout.directory)
      let files = try [CheckedFile](layout.files)
      return Part(place: directory, claims: [directory]) { _, edit, objects in
        edit.edits.remove(directory)
        for file in files { try edit.write(file, adding: &objects) }
      }
    }

    private static func removingDirectory(_ directory: StatePath) -> Part {
      Part(place: directory, claims: [directory]) { _, edit, _ in edit.edits.remove(directory) }
    }
  }
}
