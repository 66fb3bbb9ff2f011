internal import Clibgit2
internal import Foundation

/// Writes a received pack to an object database: it is checked as it arrives, and its objects become
/// visible when it is complete.
package final class PackIntake {
  private enum Target {
    case directory(DiskIntake)
    case memory(MemoryObjects)
  }

  private let target: Target
  private var pack: [UInt8] = []

  /// How many objects have been stored.
  package private(set) var objectCount = 0

  /// - Parameter goesOn: Called after every few objects; `false` ends the operation.
  /// - Throws: `GitError`, for example when the directory cannot be written.
  package init(
    into database: ObjectDatabase, while goesOn: @escaping () -> Bool = { true }
  ) throws(GitError) {
    switch database.place {
    case .memory(let objects): target = .memory(objects)
    case .directory(let directory):
      target = .directory(try DiskIntake(into: database, at: directory, while: goesOn))
    }
  }

  /// Appends bytes of the pack.
  ///
  /// - Throws: `GitError` if the pack is invalid or the disk is full, and with the code `interrupted`
  ///   if the operation was ended.
  package func append(_ bytes: some Collection<UInt8>) throws(GitError) {
    switch target {
    case .memory: pack += bytes
    case .directory(let intake): try intake.append(bytes)
    }
  }

  /// Checks the complete pack and makes its objects visible.
  ///
  /// - Throws: `GitError` when the pack is damaged, truncated, or lacks the base of a delta.
  package func finish() throws(GitError) {
    switch target {
    case .directory(let intake):
      try intake.finish()
      objectCount = intake.objectCount
    case .memory(let objects):
      objectCount = try objects.store(pack: pack)
      pack = []
    }
  }
}

/// Writes a pack to a directory, with libgit2's indexer.
private final class DiskIntake {
  private let directory: String
  // The database must outlive its writepack.
  private let database: ObjectDatabase
  private let writepack: UnsafeMutablePointer<git_odb_writepack>
  private let progress = Progress()
  private var counts = git_indexer_progress()

  /// The state of libgit2's progress callback.
  private final class Progress {
    var goesOn: () -> Bool = { true }
    var calls = 0
    var isInterrupted = false

    /// Called for each object, of which there may be a million.
    func check() -> Int32 {
      calls += 1
      if calls % 256 == 0, !goesOn() { isInterrupted = true }
      return isInterrupted ? -1 : 0
    }
  }

  init(
    into database: ObjectDatabase, at directory: String, while goesOn: @escaping () -> Bool
  ) throws(GitError) {
    self.database = database
    self.directory = directory
    progress.goesOn = goesOn
    writepack = try database.startPack(
      { _, progress in
        guard let progress else { return 0 }
        return Unmanaged<Progress>.fromOpaque(progress).takeUnretainedValue().check()
      }, Unmanaged.passUnretained(progress).toOpaque())
  }

  deinit { writepack.pointee.free(writepack) }

  var objectCount: Int { Int(counts.indexed_objects) }

  func append(_ bytes: some Collection<UInt8>) throws(GitError) {
    try requireSpace(for: bytes.count)
    var status: Int32 = 0
    let done: Void? = bytes.withContiguousStorageIfAvailable { bytes in
      status = writepack.pointee.append(writepack, bytes.baseAddress, bytes.count, &counts)
    }
    if done == nil { return try append(Array(bytes)) }
    try check(status, "git_odb_writepack.append")
  }

  func finish() throws(GitError) {
    // The index takes some 40 bytes for each object.
    try requireSpace(for: objectCount * 40 + 4_096)
    try check(writepack.pointee.commit(writepack, &counts), "git_odb_writepack.commit")
  }

  private func check(_ status: Int32, _ operation: StaticString) throws(GitError) {
    guard status < 0 else { return }
    let error = GitError(status: status, operation: "\(operation)")
    guard progress.isInterrupted else { throw error }
    throw GitError(
      code: .interrupted, operation: "\(operation)",
      message: "stopped before the pack was taken in")
  }

  /// Checks for space first: libgit2 writes a pack through a memory mapping, so that a full disk
  /// would end the process with SIGBUS.
  private func requireSpace(for count: Int) throws(GitError) {
    var status = statvfs()
    // Some file systems do not report their free space.
    guard statvfs(directory, &status) == 0, status.f_blocks > 0 else { return }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    guard free > count + Self.reserve else {
      throw GitError(
        code: .other, category: Int32(GIT_ERROR_OS.rawValue), operation: "git_odb_writepack",
        message: "\(directory): \(String(cString: strerror(ENOSPC)))")
    }
  }

  /// Space for other writers.
  private static let reserve = 16 << 10
}

extension ObjectDatabase {
  /// Stores new objects as one pack.
  ///
  /// Never as loose objects: libgit2 1.5 hangs on reading one whose file was truncated by a crash.
  ///
  /// - Throws: `GitError`, for example when the disk is full.
  package func store(_ new: NewObjects) throws(GitError) {
    guard !new.objects.isEmpty else { return }
    let intake = try PackIntake(into: self)
    let pieces = PackWriter(new, thin: false, deflates: false).pieces()
    while let piece = try pieces.next() { try intake.append(piece) }
    try intake.finish()
  }

  /// Starts a pack in a directory.
  fileprivate func startPack(
    _ callback: git_indexer_progress_cb?, _ payload: UnsafeMutableRawPointer
  ) throws(GitError) -> UnsafeMutablePointer<git_odb_writepack> {
    var writepack: UnsafeMutablePointer<git_odb_writepack>?
    try withHandle { handle throws(GitError) in
      try check(git_odb_write_pack(&writepack, handle, callback, payload), "git_odb_write_pack")
    }
    return try opened(writepack, "git_odb_write_pack")
  }
}
