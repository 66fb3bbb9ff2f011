public import Git
public import Kratix
public import Landing

/// What must be at one Destination, byte for byte: from rendered output, a Work or a receipt.
public struct ExpectedPlacement: Sendable, Hashable {
  /// One file of it.
  public struct File: Sendable, Hashable {
    /// Its path from the top of the repository.
    public var path: String
    /// Its blob.
    public var blob: ObjectID
    /// Its bytes; `nil` where only the blob is known, as from a receipt.
    public var content: [UInt8]?

    /// Puts a file together.
    public init(path: String, blob: ObjectID, content: [UInt8]? = nil) {
      self.path = path
      self.blob = blob
      self.content = content
    }
  }

  /// The Promise's name.
  public var promise: String
  /// The request's namespace; empty for a dependency.
  public var namespace: String
  /// The request's name; empty for a dependency.
  public var name: String
  /// The Destination's name.
  public var destination: String
  /// The directory that belongs to it alone.
  public var directory: StatePath
  /// Its files; none when it must be gone.
  public var files: [File]

  /// Puts a placement together.
  public init(
    promise: String, namespace: String, name: String, destination: String, directory: StatePath,
    files: [File]
  ) {
    self.promise = promise
    self.namespace = namespace
    self.name = name
    self.destination = destination
    self.directory = directory
    self.files = files
  }
}

extension ExpectedPlacement {
  /// What a placement must be once it has landed.
  ///
  /// - Throws: `KratixError`, `UnsafePath` or `GitError`.
  public init(_ placement: Placement, in store: GitStateStore) throws {
    let layout = try placement.layout(in: store)
    // The other modes share their directory with others.
    guard layout.mode == .nestedByMetadata else {
      throw KratixError(
        .invalidConfiguration,
        "Destination \(placement.destination.name) has the filepath mode \(layout.mode.rawValue), "
          + "which is not verified yet")
    }
    let work = placement.work
    self.init(
      promise: work.promiseName, namespace: work.isDependency ? "" : work.namespace,
      name: work.resourceName, destination: placement.destination.name,
      directory: try StatePath(layout.directory),
      files: try layout.files.map { file in
        let blob = try ObjectID(of: GitObject(kind: .blob, bytes: file.content))
        return File(path: file.path, blob: blob, content: file.content)
      })
  }

  /// What a receipt says that had landed.
  ///
  /// - Throws: `UnsafePath`.
  public init(_ placement: Receipt.Placement) throws(UnsafePath) {
    let path = PlacementPath(placement.path)
    self.init(
      promise: path.promise, namespace: path.namespace, name: path.name,
      destination: placement.destination, directory: try StatePath(placement.path),
      files: placement.outcome == .removed
        ? [] : placement.files.map { File(path: $0.path, blob: $0.blob) })
  }
}
