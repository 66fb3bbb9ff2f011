internal import Git
internal import Kratix

/// A placement in the mode `aggregatedYAML`: its workloads are a part of one file that all share.
struct AggregatedPlacement: Sendable {
  private let placement: Placement
  private let store: GitStateStore
  private let batch: AggregateBatch
  private let stateFile: CheckedFile
  private let aggregate: StatePath

  init(
    _ placement: Placement, _ layout: Layout, in store: GitStateStore, within batch: AggregateBatch
  ) throws(LandingError) {
    self.placement = placement
    self.store = store
    self.batch = batch
    guard let file = layout.stateFile, let path = layout.aggregate else {
      throw LandingError(.invalidConfiguration, "\(placement.name) has no state file")
    }
    stateFile = try CheckedFile(file)
    aggregate = try StatePath(checking: path)
  }

  var writing: Change.Part {
    Change.Part(place: aggregate, claims: [stateFile.path]) { snapshot, edit, objects in
      let shared = try SharedFile(
        at: aggregate, of: placement, in: store, snapshot, within: batch)
      let state = PlacementState(placement)
      let after = Array(shared.others.values) + [state]
      let content = try shared.content(after: after, within: batch)
      try edit.remove(shared.stateFiles)
      edit.edits.remove(aggregate)
      // Another compressor packs the same contents otherwise: what says the same stays.
      let isSame = shared.own[StateFileName(placement)] == state
      let bytes = isSame ? try shared.bytes(of: StateFileName(placement)) : nil
      try edit.write(
        CheckedFile(path: stateFile.path, content: bytes ?? stateFile.content), adding: &objects)
      guard let content else { return }
      try edit.write(CheckedFile(path: aggregate, content: content), adding: &objects)
    }
  }

  var removing: Change.Part {
    Change.Part(place: aggregate, claims: [stateFile.path]) { snapshot, edit, objects in
      let shared = try SharedFile(
        at: aggregate, of: placement, in: store, snapshot, within: batch)
      guard !shared.own.isEmpty || batch.takesWholeFiles else { return }
      let content = try shared.content(after: Array(shared.others.values), within: batch)
      try edit.remove(shared.stateFiles)
      edit.edits.remove(aggregate)
      guard let content else { return }
      edit.rewritesSharedFile = true
      try edit.edits.write(aggregate, try objects.add(.blob, content))
    }
  }
}

/// The file that placements share, and their state files beside it.
private struct SharedFile {
  /// What the placement itself adds now, under all its names.
  let own: [StateFileName: PlacementState]
  /// What others add.
  let others: [StateFileName: PlacementState]
  private let standing: [UInt8]?
  private let path: StatePath
  private let destination: Destination
  private let snapshot: Snapshot
  private let files: StateFiles

  init(
    at path: StatePath, of placement: Placement, in store: GitStateStore, _ snapshot: Snapshot,
    within batch: AggregateBatch
  ) throws {
    self.path = path
    self.snapshot = snapshot
    destination = placement.destination
    files = try StateFiles(of: placement.destination, in: store, snapshot)
    let names = Set(placement.stateFileNames)
    let states = try files.states(replacing: batch.restoresSharedFiles ? names : [])
    own = states.filter { names.contains($0.key) }
    others = states.filter { !names.contains($0.key) }
    let entry = try snapshot.entry(at: path)
    guard entry?.mode.isDirectory != true else { throw PathClash(path: path, existing: .directory) }
    standing = try entry.flatMap { try snapshot.blobs([$0.id])[$0.id] }
  }

  /// The state files of the placement itself.
  var stateFiles: [StatePath] {
    get throws { try own.keys.map { try files.path(of: $0) } }
  }

  /// The bytes of a state file.
  func bytes(of name: StateFileName) throws -> [UInt8]? {
    try files.entries[name].flatMap { try snapshot.blobs([$0.id])[$0.id] }
  }

  /// What the file is to hold once these states are all there are; `nil` for no file.
  ///
  /// - Throws: `LandingError` with `path-conflict` when it holds now what nobody accounts for,
  ///   which would be lost.
  func content(
    after states: [PlacementState], within batch: AggregateBatch
  ) throws -> [UInt8]? {
    if batch.takesWholeFiles { return nil }
    let all = own.merging(others) { first, _ in first }
    let after = PlacementState.aggregate(states)
    guard let standing else {
      // Kratix takes the file away with the last placement, and what is in it must not come back.
      let areKnown = others.keys.allSatisfy { batch.concerns($0, at: destination) }
      guard areKnown || batch.restoresSharedFiles else { throw gone }
      return after
    }
    if standing == PlacementState.aggregate(all.values) || standing == after { return after }
    if batch.restoresSharedFiles { return after }
    // Kratix wrote it, and the landing as a whole knows everything that is in it.
    let final = PlacementState.aggregate(batch.states(after: all, at: destination))
    guard standing == final else { throw unaccounted }
    return standing
  }

  private var gone: LandingError {
    LandingError(
      .pathConflict,
      """
      \(path) is gone, and state files in \(StateFile.directory) of Destination \
      \(destination.name) still say what was in it, because Kratix or a person removed it; nothing \
      was written: land all Works of the Destination at once ("kubectl get works --all-namespaces \
      --output yaml | statestore write --work -"), or remove those files first
      """)
  }

  private var unaccounted: LandingError {
    LandingError(
      .pathConflict,
      """
      \(path) holds what no state file in \(StateFile.directory) of Destination \(destination.name) \
      accounts for, because Kratix or a person wrote it; nothing was written, since that would be \
      lost: land all Works of the Destination at once ("kubectl get works --all-namespaces --output \
      yaml | statestore write --work -"), or remove the file first
      """)
  }
}
