internal import Clibgit2

/// An object database: a directory of packs and loose objects, or memory.
///
/// Not `Sendable`: libgit2 keeps its last error per thread, so a database is used only by the thread
/// that has opened it.
package final class ObjectDatabase: ObjectReader {
  /// Where objects are stored; several threads may each open the same place.
  package enum Place: Sendable {
    /// The `objects` directory of a repository.
    case directory(String)
    case memory(MemoryObjects)
  }

  private enum Storage {
    case handle(OpaquePointer)
    case memory(MemoryObjects)
  }

  package let place: Place
  private let storage: Storage

  private init(_ place: Place, _ storage: Storage) {
    self.place = place
    self.storage = storage
  }

  deinit { if case .handle(let handle) = storage { git_odb_free(handle) } }

  /// Opens the objects of a place; packs that are added to a directory later are found too.
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

  /// Runs a body if the objects are in a directory.
  func withHandle(_ body: (OpaquePointer) throws(GitError) -> Void) throws(GitError) {
    if case .handle(let handle) = storage { try body(handle) }
  }

  /// A new database in memory.
  ///
  /// - Throws: `GitError`.
  package static func inMemory() throws(GitError) -> ObjectDatabase {
    try open(.memory(MemoryObjects()))
  }

  /// Reads an object and checks that its bytes match its id.
  ///
  /// - Throws: `GitError`: `objectMissing`, `corrupt`, or an error of the disk.
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
    guard ObjectID(ofStored: kind, bytes) == id else {
      throw .corrupt("the bytes of \(kind.rawValue) \(id) do not match its id", in: "git_odb_read")
    }
    return GitObject(kind: kind, bytes: Array(bytes))
  }

  /// The size of an object in bytes, without reading them.
  ///
  /// - Throws: `GitError`: `objectMissing`, `corrupt`, or an error of the disk.
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

  /// Whether the object exists.
  package func contains(_ id: ObjectID) -> Bool {
    switch storage {
    case .memory(let objects): return objects[id] != nil
    case .handle(let handle):
      var name = id.raw
      return git_odb_exists(handle, &name) == 1
    }
  }

  /// The ids of all objects.
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
}
