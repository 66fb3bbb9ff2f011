internal import Clibgit2

/// Stored objects: a directory of packs and loose objects, or memory alone.
///
/// Not `Sendable`: libgit2 keeps its last error per thread, so whoever opens a database uses it
/// from one thread.
package final class ObjectDatabase: ObjectReader {
  /// Where objects are stored; every thread may open a database of its own there.
  package enum Place: Sendable {
    /// The `objects` directory of a repository.
    case directory(String)
    /// Memory.
    case memory(MemoryObjects)
  }

  private enum Storage {
    case handle(OpaquePointer)
    case memory(MemoryObjects)
  }

  /// Where its objects are stored.
  package let place: Place
  private let storage: Storage

  private init(_ place: Place, _ storage: Storage) {
    self.place = place
    self.storage = storage
  }

  deinit { if case .handle(let handle) = storage { git_odb_free(handle) } }

  /// Opens what is stored at a place; a directory is read as it grows.
  ///
  /// - Throws: `GitError`.
  package static func open(_ place: Place) throws(GitError) -> ObjectDatabase {
    try Library.start()
    switch place {
    case .memory(let objects): return ObjectDatabase(place, .memory(objects))
    case .directory(let directory):
      var handle: OpaquePointer?
      try check(git_odb_open(&handle, directory), "git_odb_open")
      return try ObjectDatabase(place, .handle(opened(handle, "git_odb_open")))
    }
  }

  /// Opens the `objects` directory of a repository.
  ///
  /// - Throws: `GitError`.
  package static func open(objects directory: String) throws(GitError) -> ObjectDatabase {
    try open(.directory(directory))
  }

  /// Runs what concerns a directory alone.
  func withHandle(_ body: (OpaquePointer) throws(GitError) -> Void) throws(GitError) {
    if case .handle(let handle) = storage { try body(handle) }
  }

  /// A database that is gone with the value.
  ///
  /// - Throws: `GitError`.
  package static func inMemory() throws(GitError) -> ObjectDatabase {
    try open(.memory(MemoryObjects()))
  }

  /// Reads an object and checks that its bytes give its name.
  ///
  /// - Throws: `GitError`: `objectMissing` or `corrupt`, or what the disk said.
  package func object(_ id: ObjectID) throws(GitError) -> GitObject {
    switch storage {
    case .handle(let handle): return try object(id, in: handle)
    case .memory(let objects):
      guard let object = objects[id] else { throw .missing([id]) }
      return object
    }
  }

  private func object(
    _ id: ObjectID, in handle: OpaquePointer
  ) throws(GitError) -> GitObject {
    var name = id.raw
    var object: OpaquePointer?
    let status = git_odb_read(&object, handle, &name)
    if status == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      throw .missing([id])
    }
    guard status >= 0 else { throw GitError(status: status, operation: "git_odb_read").ofReading }
    defer { git_odb_object_free(object) }
    guard let kind = ObjectKind(git_odb_object_type(object)) else {
      throw .corrupt("\(id) is of no known kind", in: "git_odb_read")
    }
    let bytes = UnsafeRawBufferPointer(
      start: git_odb_object_data(object), count: git_odb_object_size(object))
    return GitObject(kind: kind, bytes: Array(bytes))
  }

  /// How many bytes an object has; they are not read for it.
  ///
  /// - Throws: `GitError`: `objectMissing` or `corrupt`, or what the disk said.
  package func byteCount(of id: ObjectID) throws(GitError) -> Int {
    guard case .handle(let handle) = storage else { return try object(id).bytes.count }
    var name = id.raw
    var count = 0
    var kind = GIT_OBJECT_INVALID
    let status = git_odb_read_header(&count, &kind, handle, &name)
    if status == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      throw .missing([id])
    }
    guard status >= 0 else {
      throw GitError(status: status, operation: "git_odb_read_header").ofReading
    }
    return count
  }

  /// Whether the object is stored here.
  package func contains(_ id: ObjectID) -> Bool {
    switch storage {
    case .memory(let objects): return objects[id] != nil
    case .handle(let handle):
      var name = id.raw
      return git_odb_exists(handle, &name) == 1
    }
  }

  /// The names of all objects that are stored here.
  ///
  /// - Throws: `GitError`.
  package func ids() throws(GitError) -> Set<ObjectID> {
    let handle: OpaquePointer
    switch storage {
    case .memory(let objects): return objects.ids
    case .handle(let opened): handle = opened
    }
    var ids: Set<ObjectID> = []
    let status = withUnsafeMutablePointer(to: &ids) { ids in
      git_odb_foreach(
        handle,
        { name, ids in
          guard let name, let ids else { return 0 }
          ids.assumingMemoryBound(to: Set<ObjectID>.self).pointee.insert(ObjectID(name.pointee))
          return 0
        }, ids)
    }
    try check(status, "git_odb_foreach")
    return ids
  }

  /// Stores one object by itself.
  ///
  /// libgit2 1.5 never comes back from reading such an object when its file was cut short; what
  /// must survive a crash of the machine goes into a pack.
  ///
  /// - Throws: `GitError`, for example when the disk is full.
  @discardableResult
  package func store(_ object: GitObject) throws(GitError) -> ObjectID {
    let handle: OpaquePointer
    switch storage {
    case .memory(let objects): return try objects.store(object)
    case .handle(let opened): handle = opened
    }
    var name = git_oid()
    try check(
      git_odb_write(&name, handle, object.bytes, object.bytes.count, object.kind.raw),
      "git_odb_write")
    return ObjectID(name)
  }

  /// Stores new objects as one pack.
  ///
  /// - Throws: `GitError`, for example when the disk is full.
  package func store(_ new: NewObjects) throws(GitError) {
    guard !new.objects.isEmpty else { return }
    let intake = try PackIntake(into: self)
    let pieces = PackWriter(new, thin: false, deflates: false).pieces()
    while let piece = try pieces.next() { try intake.append(piece) }
    try intake.finish()
  }
}

extension GitError {
  /// The failure of reading an object that is here: unless the machine failed, it is damaged.
  ///
  /// libgit2 says so by a category alone when the bytes cannot even be inflated.
  fileprivate var ofReading: GitError {
    let machine = [GIT_ERROR_NOMEMORY, GIT_ERROR_OS, GIT_ERROR_FILESYSTEM]
    guard !machine.contains(where: { Int32($0.rawValue) == category }) else { return self }
    return GitError(code: .corrupt, category: category, operation: operation, message: message)
  }
}

extension ObjectID {
  /// The name that Git gives to these bytes.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash.
  package init(of object: GitObject) throws(GitError) {
    try Library.start()
    var name = git_oid()
    try check(
      git_odb_hash(&name, object.bytes, object.bytes.count, object.kind.raw), "git_odb_hash")
    self.init(name)
  }

  init(_ raw: git_oid) {
    self = withUnsafeBytes(of: raw.id) { ObjectID(bytes: $0) } ?? .zero
  }

  var raw: git_oid {
    var raw = git_oid()
    withUnsafeMutableBytes(of: &raw.id) { $0.copyBytes(from: bytes) }
    return raw
  }
}

extension ObjectKind {
  init?(_ raw: git_object_t) {
    switch raw {
    case GIT_OBJECT_BLOB: self = .blob
    case GIT_OBJECT_TREE: self = .tree
    case GIT_OBJECT_COMMIT: self = .commit
    case GIT_OBJECT_TAG: self = .tag
    default: return nil
    }
  }

  var raw: git_object_t {
    switch self {
    case .blob: GIT_OBJECT_BLOB
    case .tree: GIT_OBJECT_TREE
    case .commit: GIT_OBJECT_COMMIT
    case .tag: GIT_OBJECT_TAG
    }
  }
}

/// A handle that a successful call must have given.
func opened<Handle>(_ handle: Handle?, _ operation: String) throws(GitError) -> Handle {
  guard let handle else {
    throw GitError(code: .other, operation: operation, message: "libgit2 gave no handle")
  }
  return handle
}
