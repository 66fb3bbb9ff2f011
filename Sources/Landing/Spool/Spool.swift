internal import Digests
internal import Foundation
internal import Git
internal import GitTransport

/// A directory in which processes that share a cache leave their writes for the one that pushes.
///
/// It is for one branch of one remote, one set of credentials, and one signer: a process signs no
/// commit of another with a key that the other does not have. The process that holds its lock
/// pushes for all; the others leave their requests in it and take their answers from it. A file is
/// complete before it gets its name. Each request is locked by the process that waits for it, so
/// that the request of a process that has ended is recognized and not pushed. The kernel releases
/// the lock of a pusher that dies. Nothing in the directory has to survive a crash of the machine,
/// because all waiting processes end with it.
struct Spool: Sendable {
  private let directory: String

  private init(directory: String) { self.directory = directory }

  /// The spool of a remote's branch; `nil` where the cache cannot be written.
  ///
  /// - Parameters:
  ///   - description: Names the remote and the branch.
  ///   - signer: Who signs the commits; `nil` for commits without signatures.
  init?(
    in cache: Cache, for description: StateStoreDescription, of remote: Remote,
    signedBy signer: String?
  ) {
    let spools = cache.directory + "/spool"
    // Without a spool each process pushes its own writes.
    guard (try? cache.makeOwnDirectory(spools)) != nil, let key = Self.key(in: spools) else {
      return nil
    }
    let signature = signer.map { "signed by \($0)\n" } ?? ""
    let place = Array("\(description.url)\n\(description.branch)\n\(signature)".utf8)
    let name = Digest.hmacSHA256(of: place + remote.credentialsDigest(key: key), key: key)
    self.init(directory: "\(spools)/\(name.bytes.prefix(16).hexadecimal)")
    guard (try? cache.makeOwnDirectory(directory)) != nil else { return nil }
  }

  /// Takes the lock, if it is free.
  func takeLock() -> SpoolLock.LockResult { SpoolLock.take(at: lockPath) }

  /// Shows that this process, which holds the lock, is running; to be called every few seconds.
  func refreshLock() { SpoolLock.refresh(lockPath) }

  /// Whether the process that holds the lock is running.
  var isLockFresh: Bool { SpoolLock.isFresh(lockPath) }

  /// Begins to watch the lock; `nil` where that cannot be done.
  func lockWatcher() -> LockReleaseWatcher? { LockReleaseWatcher(lockPath) }

  /// Leaves a write for the process that pushes; `nil` when this process has to push it itself.
  func leave(_ write: PendingWrite) -> SpooledWrite? {
    guard let request = write.request,
      let data = try? JSONEncoder().encode(SpooledRequest(request, write.options))
    else { return nil }
    // The names sort by the time of arrival.
    let nanoseconds = String(UInt64(Date().timeIntervalSince1970 * 1e9))
    let time = String(repeating: "0", count: 20 - nanoseconds.utf8.count) + nanoseconds
    let path = "\(directory)/\(time)-\(UUID().uuidString)"
    guard let file = OpenFile(path + Suffix.unfinished, O_WRONLY | O_CREAT | O_EXCL) else {
      return nil
    }
    guard file.lock(), file.write(data),
      rename(path + Suffix.unfinished, path + Suffix.request) == 0
    else {
      unlink(path + Suffix.unfinished)
      return nil
    }
    return SpooledWrite(path: path, file: file, write: write)
  }

  /// The waiting writes in the order of their arrival; those whose process has ended or given up are
  /// deleted.
  func waiting(atMost count: Int) -> [TakenWrite] {
    // A directory that is gone holds no writes.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    var writes: [TakenWrite] = []
    var size = 0
    for name in names.sorted() {
      guard let path = Suffix.path(of: name, in: directory) else { continue }
      if name.hasSuffix(Suffix.unfinished) {
        removeIfAbandoned("\(directory)/\(name)")
        continue
      }
      guard SpooledRequest.isWaitedFor(at: path) else {
        Suffix.remove(path)
        continue
      }
      guard writes.count < count, size < Self.mostBytes, name.hasSuffix(Suffix.request),
        access(path + Suffix.answer, F_OK) != 0,
        // A request of another version is pushed by its own process.
        let request = SpooledRequest(at: path)
      else { continue }
      size += request.byteCount
      writes.append(
        TakenWrite(
          write: request.write(waiter: SpooledWaiter(path: path)),
          pushed: SpooledWrite.pushed(at: path)))
    }
    return writes
  }

  /// Deletes the unfinished file of a process that has ended; a new file is not locked yet.
  private func removeIfAbandoned(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > 60,
      !SpooledRequest.isLocked(path)
    else { return }
    unlink(path)
  }

  /// How many bytes of other processes' writes are read into memory at once.
  private static let mostBytes = 16 << 20

  private var lockPath: String { directory + "/lock" }

  /// The secret key with which credentials are hashed into the directory's name.
  private static func key(in directory: String) -> [UInt8]? {
    let path = directory + "/key"
    if let data = FileManager.default.contents(atPath: path), data.count == 32 {
      return Array(data)
    }
    // The system's generator is cryptographically secure.
    let key = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    let unfinished = "\(path)-\(UUID().uuidString)"
    defer { unlink(unfinished) }
    guard let file = OpenFile(unfinished, O_WRONLY | O_CREAT | O_EXCL),
      file.write(Data(key))
    else { return nil }
    // The first file stays, unless it is incomplete.
    if link(unfinished, path) != 0 {
      let data = FileManager.default.contents(atPath: path)
      if let data, data.count == 32 { return Array(data) }
      guard rename(unfinished, path) == 0 else { return nil }
    }
    return key
  }
}
