internal import Git
internal import Kratix
internal import Manifests

/// A placement in the mode `none`: its files stand beside those of others, and its state file says
/// which they are (Kratix, `internal/controller/workplacement_controller.go`).
struct FlatPlacement: Sendable {
  private let placement: Placement
  private let store: GitStateStore
  private let files: [CheckedFile]
  private let stateFile: CheckedFile
  private let place: StatePath

  init(
    _ placement: Placement, _ layout: Layout, in store: GitStateStore
  ) throws(LandingError) {
    self.placement = placement
    self.store = store
    files = try [CheckedFile](layout.files)
    place = try StatePath(checking: layout.directory)
    guard let file = layout.stateFile else {
      throw LandingError(.invalidConfiguration, "\(placement.name) has no state file")
    }
    stateFile = try CheckedFile(file)
  }

  var writing: Change.Part {
    Change.Part(place: place, claims: [stateFile.path] + files.map(\.path)) {
      snapshot, edit, objects in
      let standing = try Standing(of: placement, in: store, snapshot)
      let paths = files.map(\.path)
      try standing.refuseConflicts(with: paths)
      try edit.remove(standing.stale(besides: Set(paths)))
      try edit.remove(standing.stateFiles)
      try edit.write(stateFile, adding: &objects)
      for file in files { try edit.write(file, adding: &objects) }
    }
  }

  var removing: Change.Part {
    Change.Part(place: place, claims: [stateFile.path]) { snapshot, edit, _ in
      let standing = try Standing(of: placement, in: store, snapshot)
      try edit.remove(standing.stale(besides: []))
      try edit.remove(standing.stateFiles)
    }
  }
}

/// What stands of a placement in the mode `none`, and beside it.
private struct Standing {
  private let placement: Placement
  private let snapshot: Snapshot
  private let all: StateFiles
  private let own: [StateFileName]
  /// What its state files list.
  private let listed: Set<StatePath>

  init(of placement: Placement, in store: GitStateStore, _ snapshot: Snapshot) throws {
    self.placement = placement
    self.snapshot = snapshot
    all = try StateFiles(of: placement.destination, in: store, snapshot)
    own = placement.stateFileNames.filter { [all] in all.entries[$0] != nil }
    listed = Set(try all.listed(in: own).values.joined())
  }

  /// Its state files, those under former names too.
  var stateFiles: [StatePath] {
    get throws { try own.map { try all.path(of: $0) } }
  }

  /// The files that stand, are its no more, and are nobody else's.
  func stale(besides kept: Set<StatePath>) throws -> [StatePath] {
    let candidates = listed.subtracting(kept)
    // A directory where a file stood has been made by somebody else.
    let standing = try snapshot.entries(at: candidates).filter { !$0.value.mode.isDirectory }
    guard !standing.isEmpty else { return [] }
    let others = Set(try all.listed(in: others).values.joined())
    return standing.keys.filter { !others.contains($0) }
  }

  /// Refuses paths that another placement has.
  func refuseConflicts(with paths: [StatePath]) throws {
    let fresh = paths.filter { !listed.contains($0) }
    var looked = Set(fresh)
    for path in fresh { looked.formUnion(path.ancestors) }
    let entries = try snapshot.entries(at: looked)
    let occupied = fresh.filter { path in
      entries[path] != nil
        || path.ancestors.contains { entries[$0].map { !$0.mode.isDirectory } ?? false }
    }
    guard !occupied.isEmpty else { return }
    var owned = OwnedFiles()
    for (name, files) in try all.listed(in: others) { owned.add(files, of: name.placement) }
    for path in occupied {
      guard let (owner, file) = owned.owner(of: path) else { continue }
      throw LandingError(
        .pathConflict,
        """
        \(placement.name) and \(owner) both claim \(file) of Destination \
        \(placement.destination.name); nothing was written: rename the file in one of the \
        pipelines, or send them to Destinations of their own
        """)
    }
  }

  private var others: [StateFileName] { all.entries.keys.filter { !own.contains($0) } }
}

extension StateFileName {
  /// The namespace and the placement's name, as far as the state file tells them apart.
  var placement: String { text.parts(separatedBy: ".").dropLast().joined(separator: ".") }
}

extension Placement {
  /// The names of its state files: its own, and those that give way to it.
  var stateFileNames: [StateFileName] {
    ([work.name] + formerWorkNames).map { name in
      StateFileName(
        namespace: work.namespace, work: name, shortID: group.shortID, at: destination)
    }
  }
}

extension Change.Edit {
  mutating func remove(_ paths: [StatePath]) {
    for path in paths { edits.remove(path) }
  }
}
