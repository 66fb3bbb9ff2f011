internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// A placement whose Destination's directory is not its own: its files stand among others', or its
/// workloads are a part of one file.
struct SharedPlacement: Sendable {
  let destination: Destination
  let shortID: String
  /// Its state file; the shared file where there is none.
  let path: StatePath
  /// `nil` for a shared file without state files, as Kratix writes it.
  let stateFile: StateFileName?
  /// What its name is: the Work's, after its namespace.
  let workName: String
  /// Whose it is, where that can be told.
  let owner: ResourceID?
  /// Its files by path, in the mode `none`.
  var files: [TreePath: TreeEntry] = [:]
  /// Files that its state file lists and that do not stand.
  var missing: [String] = []
  /// Its files that another state file lists too, in the mode `none`, each with that one.
  var contested: [String: String] = [:]
  /// What of the shared file is its own, in the mode `aggregatedYAML`.
  var parts: [AggregateFile.Part] = []
  /// The shared file, in the mode `aggregatedYAML`.
  var aggregate: (path: StatePath, blob: ObjectID?)?

  /// What is the same as long as everything of it is.
  var identityOfContent: [UInt8] {
    var bytes = Array("\(path)\n".utf8)
    for (file, entry) in files.sorted(by: { $0.key < $1.key }) {
      bytes += "\(file)\n\(entry.mode.rawValue)\n".utf8
      bytes += entry.id.bytes
    }
    bytes += missing.joined(separator: "\n").utf8
    for (file, other) in contested.sorted(by: { $0.key < $1.key }) {
      bytes += "\n\(file)\n\(other)".utf8
    }
    if let aggregate { bytes += "\(aggregate.path)\n".utf8 + (aggregate.blob?.bytes ?? []) }
    return bytes
  }
}

/// What is wrong with the files that say which placement owns what.
enum RecordFault: Sendable {
  /// A state file cannot be parsed.
  case unreadable(StateFileFault, at: Destination)
  /// The aggregated file holds more than the state files account for.
  case unaccounted(StatePath, at: Destination)
}

/// What stands at a Destination whose placements share its directory, in the modes `none` and
/// `aggregatedYAML`.
struct SharedListing: Sendable {
  private(set) var placements: [SharedPlacement] = []
  private(set) var faults: [RecordFault] = []
  let destination: Destination
  private let platform: Platform

  /// Lists a Destination.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError`,
  ///   `LandingError` or `UnsafePath` for a Destination's path that cannot be.
  init(
    of destination: Destination, in store: GitStateStore, platform: Platform, _ snapshot: Snapshot
  ) throws {
    self.destination = destination
    self.platform = platform
    var faults: [StateFileFault] = []
    let contents = try snapshot.placements(at: destination, in: store, faults: &faults)
    self.faults = faults.map { .unreadable($0, at: destination) }
    placements = contents.map(placement)
    noteContested()
    guard destination.filepathMode == .aggregatedYAML else { return }
    let path = try StatePath(destination.aggregate(in: store))
    try addParts(of: contents.compactMap(\.state), at: path, snapshot, isKnown: faults.isEmpty)
  }

  private func placement(_ contents: PlacementContents) -> SharedPlacement {
    let qualified = contents.stateFile?.qualifiedWork ?? ""
    var placement = SharedPlacement(
      destination: destination, shortID: contents.shortID, path: contents.path,
      stateFile: contents.stateFile, workName: qualified, owner: owner(of: contents))
    placement.files = contents.files
    placement.missing = contents.missing
    return placement
  }

  private func owner(of contents: PlacementContents) -> ResourceID? {
    guard let state = contents.state else {
      return contents.stateFile.flatMap { platform.owner(ofQualifiedWork: $0.qualifiedWork) }
    }
    let place = ".\(destination.name)-\(contents.shortID)"
    guard state.name.ends(with: place) else { return nil }
    return platform.owner(
      ofWork: state.name.dropping(suffix: place), in: state.namespace)
  }
}

extension SharedListing {
  /// Finds files that more than one state file lists: only the last write of them stands.
  private mutating func noteContested() {
    var lists: [TreePath: [Int]] = [:]
    for (index, placement) in placements.enumerated() {
      for file in placement.files.keys { lists[file, default: []].append(index) }
    }
    for (file, indexes) in lists where indexes.count > 1 {
      for index in indexes {
        let other = indexes.first { $0 != index }.map { placements[$0].path.description }
        placements[index].contested[file.text] = other
      }
    }
  }

  /// Finds in the shared file what is whose.
  private mutating func addParts(
    of states: [PlacementState], at path: StatePath, _ snapshot: Snapshot, isKnown: Bool
  ) throws {
    let entry = try snapshot.entry(at: path)
    let bytes = try entry.flatMap { $0.mode.isFile ? try snapshot.blobs([$0.id])[$0.id] : nil }
    guard let entry, let bytes else {
      for index in placements.indices {
        placements[index].aggregate = (path, nil)
        placements[index].missing = states[index].workloads.isEmpty ? [] : [path.description]
      }
      return
    }
    let file = AggregateFile(path: path, blob: entry.id, bytes: bytes)
    guard !placements.isEmpty else {
      if isKnown { placements = [whole(file)] }
      return
    }
    let (parts, isWhole) = file.parts(of: states)
    for index in placements.indices {
      placements[index].aggregate = (path, entry.id)
      placements[index].parts = parts[index] ?? []
      if parts[index] == nil { placements[index].missing = [path.description] }
    }
    if !isWhole, isKnown { faults.append(.unaccounted(path, at: destination)) }
  }

  /// The file as Kratix writes it: it asks the cluster what belongs to whom.
  private func whole(_ file: AggregateFile) -> SharedPlacement {
    var placement = SharedPlacement(
      destination: destination, shortID: "", path: file.path, stateFile: nil,
      workName: file.path.description, owner: nil)
    placement.parts = [AggregateFile.Part(bytes: file.bytes, linesAbove: 0, documentsAbove: 0)]
    placement.aggregate = (file.path, file.blob)
    return placement
  }
}
