internal import Git
package import Kratix
package import Landing
internal import Manifests

/// What a state store holds, by Destination, Promise and resource.
package struct Inventory: Sendable, Hashable, Codable {
  /// One resource, or one Promise's dependencies, at one Destination.
  package struct Holding: Sendable, Hashable, Codable {
    /// The Destination's name.
    package var destination: String
    /// The Promise's name.
    package var promise: String
    /// The request's namespace; empty for a dependency.
    package var namespace: String
    /// The request's name; empty for a dependency.
    package var name: String
    /// The directory, from the top of the repository.
    package var path: String
    /// How many files are in it.
    package var files: Int
    /// The kinds of the objects in it, each once, by name.
    package var kinds: [String]
    /// The commit that last changed it; `nil` when that was too long ago.
    package var commit: CommitSummary?
  }

  /// The version of this shape.
  package var schemaVersion = 1
  /// The state store.
  package var stateStore: StateStoreDescription
  /// The revision that was asked for; `nil` for the branch.
  package var revision: String?
  /// The commit that was read.
  package var commit: CommitSummary?
  /// What it holds, by path.
  package var holdings: [Holding]
  /// Directories with Kratix's layout that no Destination of the configuration has.
  package var directoriesOfNoDestination: [String] = []

  /// Reads what is at the Destinations of a platform.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a Destination's path that cannot be.
  package init(
    of platform: Platform, in store: GitStateStore, _ description: StateStoreDescription,
    snapshot: Snapshot
  ) throws {
    var platform = platform
    try platform.findDestinations(of: store, in: snapshot)
    let store = platform.stateStores[store.name] ?? store
    directoriesOfNoDestination = try platform.layoutsOfNoDestination(of: store, in: snapshot)
      .map { $0.top.isEmpty ? "." : $0.top }
    var layouts: [StatePath: RepositoryLayout] = [:]
    var shared: [Draft] = []
    for destination in platform.destinations(in: store) {
      guard !destination.isShared(on: store) else {
        shared += try SharedListing(of: destination, in: store, platform: platform, snapshot)
          .placements.map(Draft.init)
        continue
      }
      let layout = try RepositoryLayout(of: destination, in: store)
      layouts[layout.top.isEmpty ? .root : try StatePath(layout.top)] = layout
    }
    var drafts: [String: Draft] = [:]
    for (top, files) in try snapshot.files(below: layouts.keys) {
      guard let layout = layouts[top] else { continue }
      for (path, entry) in files {
        guard let draft = Draft(path: path.text, in: layout) else { continue }
        drafts[draft.holding.path, default: draft].add(path, entry)
      }
    }
    let all = drafts.values + shared
    try snapshot.require(all.flatMap(\.blobs).map(\.id))
    self.stateStore = description
    // One after the other, so that no more than one of them is held.
    self.holdings = try all.map { draft in
      let contents = try snapshot.contents(
        of: draft.blobs.map(\.id), atMost: Limits.default.bytes)
      return draft.finished(with: contents)
    }.sorted { $0.path < $1.path }
    if let id = snapshot.id, let commit = snapshot.commit {
      self.commit = CommitSummary(id: id, commit: commit, withAuthorship: false)
    }
  }

  /// The same, with the commits that last changed each holding.
  ///
  /// - Throws: `LandingError`.
  package func withHistory(
    from store: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Inventory {
    guard let tip = commit?.id else { return self }
    var paths: [String: StatePath] = [:]
    for holding in holdings { paths[holding.path] = try StatePath(holding.path) }
    let changes = try await store.history.lastChanges(
      of: Array(paths.values), from: tip, deadline: deadline)
    var inventory = self
    for index in inventory.holdings.indices {
      inventory.holdings[index].commit = paths[inventory.holdings[index].path]
        .flatMap { changes[$0] }.map { CommitSummary(id: $0.id, commit: $0.commit) }
    }
    return inventory
  }
}

/// A holding whose kinds are not known yet.
private struct Draft {
  var holding: Inventory.Holding
  private(set) var blobs: [(path: String, id: ObjectID)] = []
  /// What of a file that several share is its own.
  private var parts: [AggregateFile.Part] = []

  /// - Returns: `nil` for a file that is in no resource's directory, such as a canary.
  init?(path: String, in layout: RepositoryLayout) {
    guard let (resource, directory) = layout.resource(holding: path) else { return nil }
    self.init(.resource(resource), at: directory, of: layout.destination)
  }

  /// A placement that shares its Destination's directory: its path is that of its state file.
  init(_ placement: SharedPlacement) {
    self.init(
      StandingResource(placement).subject, at: placement.path.description,
      of: placement.destination)
    for (path, entry) in placement.files { add(path, entry) }
    parts = placement.parts
    if !parts.isEmpty { holding.files = 1 }
  }

  private init(_ subject: Subject, at path: String, of destination: Destination) {
    let (promise, namespace, name) = subject.names
    holding = Inventory.Holding(
      destination: destination.name, promise: promise, namespace: namespace, name: name,
      path: path, files: 0, kinds: [])
  }

  /// Counts a file, and reads it later unless it is a link or a submodule.
  mutating func add(_ path: TreePath, _ entry: TreeEntry) {
    holding.files += 1
    if entry.mode.isFile { blobs.append((path.text, entry.id)) }
  }

  func finished(with contents: [ObjectID: FileContent]) -> Inventory.Holding {
    var holding = holding
    let texts =
      parts.map { (holding.path, $0.bytes) }
      + blobs.compactMap { blob in
        guard case .bytes(let bytes)? = contents[blob.id] else { return nil }
        return (blob.path, bytes)
      }
    let kinds = texts.reduce(into: Set<String>()) { kinds, text in
      // What cannot be read has no kinds; verify says what is wrong with it.
      guard let file = try? ManifestFile(parsing: text.1, name: text.0) else { return }
      kinds.formUnion(file.objects.map(\.identity.kind))
    }
    holding.kinds = kinds.sorted()
    return holding
  }
}
