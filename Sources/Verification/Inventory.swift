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
  /// The commit that was read.
  package var commit: CommitSummary?
  /// What it holds, by path.
  package var holdings: [Holding]

  /// Reads what stands at Destinations.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a Destination's path that cannot be.
  package init(
    of destinations: [Destination], in store: GitStateStore, _ description: StateStoreDescription,
    snapshot: Snapshot
  ) throws {
    var tops: [StatePath: Destination] = [:]
    for destination in destinations {
      let directory = try destination.directory(in: store)
      tops[directory.isEmpty ? .root : try StatePath(directory)] = destination
    }
    var drafts: [String: Draft] = [:]
    for (top, files) in try snapshot.files(below: tops.keys) {
      guard let destination = tops[top] else { continue }
      for (path, entry) in files {
        guard let draft = Draft(path: path.text, below: top, at: destination.name) else { continue }
        drafts[draft.holding.path, default: draft].blobs.append((path.text, entry.id))
      }
    }
    try snapshot.require(drafts.values.flatMap(\.blobs).map(\.id))
    self.stateStore = description
    // One after the other, so that no more than one of them is held.
    self.holdings = try drafts.values.map { draft in
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
    let changes = try await store.lastChanges(
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
  var blobs: [(path: String, id: ObjectID)] = []

  /// `resources/<namespace>/<promise>/<name>/…` or `dependencies/<promise>/…` below a
  /// Destination; `nil` for any other file, such as a canary.
  init?(path: String, below top: StatePath, at destination: String) {
    let names = path.parts(separatedBy: "/").dropFirst(top.components.count).map(String.init)
    let prefix = top.components.joined(separator: "/")
    let lead = prefix.isEmpty ? "" : prefix + "/"
    switch names.first {
    case "resources" where names.count > 4:
      holding = Inventory.Holding(
        destination: destination, promise: names[2], namespace: names[1], name: names[3],
        path: lead + names.prefix(4).joined(separator: "/"), files: 0, kinds: [])
    case "dependencies" where names.count > 2:
      holding = Inventory.Holding(
        destination: destination, promise: names[1], namespace: "", name: "",
        path: lead + names.prefix(2).joined(separator: "/"), files: 0, kinds: [])
    default: return nil
    }
  }

  func finished(with contents: [ObjectID: FileContent]) -> Inventory.Holding {
    var holding = holding
    var kinds: Set<String> = []
    for blob in blobs {
      // What cannot be read has no kinds; verify says what is wrong with it.
      guard case .bytes(let bytes)? = contents[blob.id],
        let file = try? ManifestFile(parsing: bytes, name: blob.path)
      else { continue }
      kinds.formUnion(file.objects.map(\.identity.kind))
    }
    holding.files = blobs.count
    holding.kinds = kinds.sorted()
    return holding
  }
}
