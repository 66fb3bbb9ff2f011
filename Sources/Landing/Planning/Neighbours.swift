internal import Git
internal import Kratix

/// The Destinations of a state store whose directories hold a Destination's, or lie in it.
///
/// Kratix lets each of them overwrite what the other has; here that is refused.
struct Neighbours: Sendable {
  private let destination: Destination
  private let others: [Destination]
  private let store: GitStateStore

  init(
    of destination: Destination, among destinations: [Destination], in store: GitStateStore
  ) throws(LandingError) {
    self.destination = destination
    self.store = store
    let own = try destination.top(in: store)
    others = destinations.filter { other in
      // A path that is no good is refused when something is written there.
      guard other.name != destination.name, let top = try? other.top(in: store) else {
        return false
      }
      return top.isInside(own) || own.isInside(top)
    }
  }

  /// A change that is refused where it would write what another Destination's placement has.
  ///
  /// - Parameter names: The state files in which the change finds what it has already.
  func keepingApart(_ change: Change, listedIn names: [StateFileName]) -> Change {
    guard !others.isEmpty else { return change }
    var kept = change
    kept.edit = { snapshot, edit, objects in
      try change.edit(snapshot, &edit, &objects)
      let written = try edit.files.map { try StatePath(checking: $0.path) }
      let claims = Set(change.claims)
      let places = claims.union(written).filter { place in
        place == .root
          || !claims.contains(.root) && claims.isDisjoint(with: place.ancestors)
      }
      try refuse(places, of: change.name, besides: own(names, on: snapshot), on: snapshot)
    }
    return kept
  }

  /// The files that the change's own state files list.
  private func own(_ names: [StateFileName], on snapshot: Snapshot) throws -> Set<StatePath> {
    guard destination.filepathMode == .none, !names.isEmpty else { return [] }
    let files = try StateFiles(of: destination, in: store, snapshot)
    return Set(try files.listed(in: names).values.joined())
  }

  private func refuse(
    _ places: Set<StatePath>, of name: String, besides own: Set<StatePath>, on snapshot: Snapshot
  ) throws {
    let places = places.subtracting(own)
    for other in others {
      let owner =
        other.filepathMode == .nestedByMetadata
        ? try nestedOwner(of: places, besides: own, at: other, on: snapshot)
        : try sharedFiles(at: other, on: snapshot).owner(ofAny: places)
      let canary = try canaryFiles(of: other, on: snapshot).owner(ofAny: places)
      guard let (owner, file) = owner ?? canary, owner != name else { continue }
      throw LandingError(
        .pathConflict,
        """
        \(name) of Destination \(destination.name) and \(owner) of Destination \(other.name) both \
        claim \(file); nothing was written: one Destination's path lies in the other's, so rename \
        the file in one of the pipelines, or give the Destinations paths beside each other
        """)
    }
  }

  /// What belongs to whom where placements share a directory.
  private func sharedFiles(at other: Destination, on snapshot: Snapshot) throws -> OwnedFiles {
    let files = try StateFiles(of: other, in: store, snapshot)
    var owned = OwnedFiles()
    // Nobody else has anything to say of what belongs to whom there.
    owned.add([try StateFiles.directory(of: other, in: store)], of: "the state files")
    for name in files.entries.keys {
      owned.add([try files.path(of: name)], of: name.placement)
    }
    if other.filepathMode == .aggregatedYAML {
      let path = try landing { () throws(KratixError) in try other.aggregate(in: store) }
      // All of them have it, and one is enough to be named.
      if let first = files.entries.keys.map(\.placement).min() {
        owned.add([try StatePath(checking: path)], of: first)
      }
    } else {
      for (name, paths) in try files.listed(in: files.entries.keys) {
        owned.add(paths, of: name.placement)
      }
    }
    return owned
  }

  private func canaryFiles(of other: Destination, on snapshot: Snapshot) throws -> OwnedFiles {
    guard other.hasInitWorkloads else { return OwnedFiles() }
    let files = try landing { () throws(KratixError) in try Canary.files(of: other, in: store) }
    let standing = try snapshot.entries(at: [CheckedFile](files).map(\.path))
    var owned = OwnedFiles()
    owned.add(standing.keys, of: Canary.name)
    return owned
  }

  /// Whose directory, in the layout that gives each placement one, some of these places lie in, or
  /// hold.
  private func nestedOwner(
    of places: Set<StatePath>, besides own: Set<StatePath>, at other: Destination,
    on snapshot: Snapshot
  ) throws -> OwnedFiles.Owner? {
    let layout = try landing { () throws(KratixError) in try RepositoryLayout(of: other, in: store)
    }
    let top = try StatePath(checking: layout.top)
    let standing = try snapshot.entries(at: places)
    let isShared = destination.filepathMode == .none
    let directories = places.sorted().filter { isShared || standing[$0] == nil }
      .map { PlacementContents(holding: $0, in: layout)?.path ?? $0 }
      .filter { $0.isInside(top) || top.isInside($0) }
    let files = try snapshot.files(below: Set(directories))
    for directory in directories {
      try LandingError.checkCancellation()
      for file in (files[directory] ?? [:]).keys.sorted() {
        let file = try StatePath(checking: file.text)
        guard !own.contains(file),
          let placement = PlacementContents(holding: file, in: layout)?.placement
        else { continue }
        return (placement.name, file)
      }
    }
    return nil
  }
}

extension Destination {
  /// Its directory.
  fileprivate func top(in store: GitStateStore) throws(LandingError) -> StatePath {
    try StatePath(
      checking: try landing { () throws(KratixError) in try directory(in: store) })
  }
}

extension OwnedFiles {
  fileprivate func owner(ofAny places: Set<StatePath>) -> Owner? {
    places.sorted().lazy.compactMap { owner(of: $0) }.first
  }
}

extension PlacementContents {
  /// The placement of the mode `nestedByMetadata` in whose directory a path lies, by the names on
  /// the way.
  fileprivate init?(holding path: StatePath, in layout: RepositoryLayout) {
    guard let (id, directory) = layout.placement(holding: path.description),
      let directory = try? StatePath(directory)
    else { return nil }
    self.init(destination: layout.destination, shortID: id.group, path: directory, id: id)
  }
}
