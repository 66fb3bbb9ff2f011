internal import Git
internal import Kratix
internal import Manifests

/// The state files of one Destination in a snapshot: what belongs to whom where placements share a
/// directory.
struct StateFiles {
  /// The entries of those that stand, by name.
  let entries: [StateFileName: TreeEntry]
  private let snapshot: Snapshot
  private let destination: Destination
  private let store: GitStateStore
  private let directory: StatePath

  /// Lists the state files; none is read yet.
  ///
  /// - Throws: `LandingError` or `GitError`.
  init(of destination: Destination, in store: GitStateStore, _ snapshot: Snapshot) throws {
    self.snapshot = snapshot
    self.destination = destination
    self.store = store
    directory = try Self.directory(of: destination, in: store)
    let listed = try snapshot.trees(at: [directory])[directory]?.entries ?? []
    var entries: [StateFileName: TreeEntry] = [:]
    for entry in listed where entry.mode.isFile {
      // A name that nobody here would write is nobody's.
      guard let name = StateFileName(entry.name, at: destination),
        (try? StatePath(entry.name)) != nil
      else { continue }
      entries[name] = entry
    }
    self.entries = entries
  }

  static func directory(
    of destination: Destination, in store: GitStateStore
  ) throws(LandingError) -> StatePath {
    try StatePath(
      checking: try landing { () throws(KratixError) in
        try RepositoryLayout(of: destination, in: store).stateFiles
      })
  }

  /// The path of a state file.
  func path(of name: StateFileName) throws(LandingError) -> StatePath {
    try StatePath(checking: "\(directory)/\(name.text)")
  }

  /// What files list, in the mode `none`, by paths from the top of the repository.
  ///
  /// - Throws: `LandingError` for what cannot be read, and for what lies outside of the
  ///   Destination; `GitError`.
  func listed(
    in names: some Collection<StateFileName>
  ) throws -> [StateFileName: [StatePath]] {
    try readListed(in: names).mapValues { try $0.get() }
  }

  /// The same, file by file, whatever is wrong with others.
  ///
  /// - Throws: `LandingError` for a name that is no path; `GitError`.
  func readListed(
    in names: some Collection<StateFileName>
  ) throws -> [StateFileName: Result<[StatePath], LandingError>] {
    try read(names) { bytes, path throws(LandingError) in
      let entries = try readable(path) { () throws(ManifestError) in
        try StateFile.entries(in: bytes, file: path)
      }
      var paths: [StatePath] = []
      for entry in entries { paths.append(try self.path(ofEntry: entry, in: path)) }
      return paths
    }
  }

  /// What placements add, in the mode `aggregatedYAML`.
  ///
  /// - Parameter replaced: State files that are written anew, of which those that cannot be read
  ///   are left out.
  /// - Throws: `LandingError` for what cannot be read; `GitError`.
  func states(
    replacing replaced: Set<StateFileName> = []
  ) throws -> [StateFileName: PlacementState] {
    var states: [StateFileName: PlacementState] = [:]
    for (name, state) in try readStates() {
      if case .failure = state, replaced.contains(name) { continue }
      states[name] = try state.get()
    }
    return states
  }

  /// The same, file by file, whatever is wrong with others.
  ///
  /// - Throws: `GitError`.
  func readStates() throws -> [StateFileName: Result<PlacementState, LandingError>] {
    try read(entries.keys) { bytes, path throws(LandingError) in
      try readable(path) { () throws(ManifestError) in
        try PlacementState(parsing: bytes, file: path)
      }
    }
  }

  private func read<Value>(
    _ names: some Collection<StateFileName>,
    _ body: ([UInt8], String) throws(LandingError) -> Value
  ) throws -> [StateFileName: Result<Value, LandingError>] {
    let wanted = names.compactMap { name in entries[name].map { (name, $0.id) } }
    let blobs = try snapshot.blobs(Set(wanted.map(\.1)))
    var values: [StateFileName: Result<Value, LandingError>] = [:]
    for (name, id) in wanted {
      values[name] = Result { () throws(LandingError) in
        try body(blobs[id] ?? [], "\(directory)/\(name.text)")
      }
    }
    return values
  }

  private func readable<Value>(
    _ path: String, _ body: () throws(ManifestError) -> Value
  ) throws(LandingError) -> Value {
    do throws(ManifestError) { return try body() } catch {
      throw LandingError(
        .corruptRepository,
        """
        \(error.description); this is a state file of Destination \(destination.name), without which \
        it is not known what belongs to whom, and nothing was written: restore it from the history
        """)
    }
  }

  private func path(
    ofEntry entry: String, in file: String
  ) throws(LandingError) -> StatePath {
    let path = try landing { () throws(KratixError) in
      try destination.path(ofEntry: entry, in: store)
    }
    guard let path, let checked = try? StatePath(path) else {
      throw LandingError(
        .unsafePath,
        """
        \(file) lists \"\(entry)\", which is no safe path in the directory of Destination \
        \(destination.name); nothing was written: take it out of the state file
        """)
    }
    return checked
  }
}
