internal import Git
internal import Kratix
internal import Landing

/// What state files say of which files are whose, where placements share a directory.
struct StateFileListing {
  let platform: Platform
  let stateStore: GitStateStore
  let snapshot: Snapshot

  /// What the workloads of one placement are of the file that all share.
  enum Share {
    /// No state file stands at the Destination: Kratix wrote the file, and nothing tells whose what
    /// is.
    case unknown
    /// The contents that the placement's own state file has; none without one.
    case own([[UInt8]])
  }

  /// The files that the state files of placements list, in the mode `none`; nothing for one that
  /// does not stand or cannot be read, which is a finding of its own.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func files(of placements: [ExpectedPlacement]) throws -> [StatePath: [StatePath]] {
    let entries = try snapshot.entries(at: placements.map(\.directory)).filter(\.value.mode.isFile)
    let blobs = try snapshot.blobs(Set(entries.values.map(\.id)))
    var listed: [StatePath: [StatePath]] = [:]
    for placement in placements {
      guard let entry = entries[placement.directory] else { continue }
      let names = try? StateFile.entries(
        in: blobs[entry.id] ?? [], file: placement.directory.description)
      listed[placement.directory] = (names ?? []).compactMap {
        path(ofEntry: $0, at: placement.destination)
      }
    }
    return listed
  }

  /// What a placement has of the file that all share, in the mode `aggregatedYAML`.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func share(of placement: ExpectedPlacement) throws -> Share {
    guard let entry = try snapshot.entry(at: placement.directory), entry.mode.isFile else {
      let directory = placement.directory.parent ?? .root
      return try snapshot.files(below: directory).isEmpty ? .unknown : .own([])
    }
    let bytes = try snapshot.blobs([entry.id])[entry.id] ?? []
    let state = try? PlacementState(parsing: bytes, file: placement.directory.description)
    return .own(state?.workloads.map(\.content) ?? [])
  }

  private func path(ofEntry entry: String, at destination: String) -> StatePath? {
    guard let destination = platform.destinations[destination] else {
      return StatePath(checking: entry)
    }
    let path = try? destination.path(ofEntry: entry, in: stateStore)
    return path.flatMap { $0 }.flatMap { StatePath(checking: $0) }
  }
}
