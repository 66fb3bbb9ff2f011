import Git

/// A repository on this machine, read as `git upload-pack` would send it.
struct LocalRepository {
  private let repository: Repository

  /// Everything is supported: what is asked for is collected here.
  static let advertisement = InitialAdvertisement.version2(
    Capabilities(["ls-refs", "fetch=shallow filter"]))

  /// - Throws: `GitError`; `notFound` when there is none.
  init(at path: String) throws(GitError) { repository = try Repository.open(at: path) }

  static func code(of error: GitError) -> TransportError.Code {
    switch error.code {
    case .notFound: .repositoryNotFound
    case .objectMissing: .objectNotFound
    default: .serverFailed
    }
  }

  func references() throws(GitError) -> ReferenceAdvertisement {
    var references: [ReferenceName: ObjectID] = [:]
    for (name, id) in try repository.references() { references[ReferenceName(name)] = id }
    if let head = try repository.head() { references["HEAD"] = head }
    return ReferenceAdvertisement(references: references)
  }

  /// Collects what a request asks for; of what the client has nothing is left out.
  func pack(for request: FetchRequest) throws(GitError) -> PackWriter {
    var wants = request.wants
    if let name = request.reference, let id = try references()[name] { wants.append(id) }
    var collection = Collection(filter: request.filter, reader: repository.objects)
    for id in wants { try collection.add(id, depth: request.depth) }
    return PackWriter(collection.objects, thin: false, deflates: false)
  }

  /// The objects of one request.
  private struct Collection {
    let filter: FetchFilter
    let reader: ObjectDatabase
    private(set) var objects = NewObjects()

    init(filter: FetchFilter, reader: ObjectDatabase) {
      self.filter = filter
      self.reader = reader
    }

    /// Adds a wanted object, and what the filter leaves of the objects that it leads to.
    mutating func add(_ id: ObjectID, depth: Int?) throws(GitError) {
      let object = try reader.object(id)
      try objects.add(object.kind, object.bytes)
      switch object.kind {
      case .blob: break
      case .tag: try add(reader.peeled(id).id, depth: depth)
      case .tree: try addEntries(of: id, levels: levels)
      case .commit: try addCommits(from: id, depth: depth)
      }
    }

    /// How many levels below a wanted object are sent; `nil` for all.
    private var levels: Int? { if case .treeDepth(let levels) = filter { levels } else { nil } }

    private mutating func addCommits(from id: ObjectID, depth: Int?) throws(GitError) {
      var level = [id]
      var seen: Set<ObjectID> = [id]
      var generation = 0
      while !level.isEmpty, depth.map({ generation < $0 }) ?? true {
        var parents: [ObjectID] = []
        for id in level {
          let object = try reader.object(id)
          try objects.add(.commit, object.bytes)
          let commit = try Commit(bytes: object.bytes)
          try addTree(commit.tree, levels: levels)
          // A shallow clone does not have all parents.
          parents += commit.parents.filter { reader.contains($0) && seen.insert($0).inserted }
        }
        level = parents
        generation += 1
      }
    }

    /// - Parameter levels: How many levels are sent, the tree's own included.
    private mutating func addTree(_ id: ObjectID, levels: Int?) throws(GitError) {
      guard levels != 0, !objects.contains(id) || levels != nil, reader.contains(id) else { return }
      try objects.add(.tree, reader.object(id).bytes)
      try addEntries(of: id, levels: levels.map { $0 - 1 })
    }

    private mutating func addEntries(of id: ObjectID, levels: Int?) throws(GitError) {
      guard levels != 0 else { return }
      for entry in try reader.tree(id).entries {
        if entry.mode.isDirectory {
          try addTree(entry.id, levels: levels)
        } else if filter != .blobNone, !objects.contains(entry.id), reader.contains(entry.id) {
          try objects.add(.blob, reader.object(entry.id).bytes)
        }
      }
    }
  }
}
