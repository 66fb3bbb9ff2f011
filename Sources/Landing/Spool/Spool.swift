internal import Digests
internal import Foundation
internal import Git
internal import GitTransport

/// Where the processes of one machine leave their writes for the one that pushes.
///
/// A directory beside the cache, for one branch of one remote and one set of credentials. Whoever
/// holds its lock pushes for all; the others leave their requests in it, written whole before they
/// get their names, and take their answers from it. Each request is locked by the process that
/// waits for it, so that one whose process is gone is known at once, and does not land. A pusher
/// that dies leaves its lock to the next by the kernel's doing. Nothing in it has to survive a crash
/// of the machine, for nobody who could wait would.
struct Spool: Sendable {
  private let directory: String

  private init(directory: String) { self.directory = directory }

  /// The spool of a remote's branch; `nil` where the cache cannot be written.
  ///
  /// - Parameter description: Names the remote and the branch.
  init?(in cache: Cache, for description: StateStoreDescription, of remote: Remote) {
    let spools = cache.directory + "/spool"
    // Without a spool each process pushes by itself.
    guard (try? cache.makeOwnDirectory(spools)) != nil, let key = Self.key(in: spools) else {
      return nil
    }
    let place = Array("\(description.url)\n\(description.branch)\n".utf8)
    let name = Digest.hmacSHA256(of: place + remote.credentialsDigest(key: key), key: key)
    self.init(directory: "\(spools)/\(name.bytes.prefix(16).hexadecimal)")
    guard (try? cache.makeOwnDirectory(directory)) != nil else { return nil }
  }

  /// Who holds the lock.
  enum Leadership {
    /// We do, until the value is gone.
    case ours(Lead)
    case others
    /// The directory is gone, or cannot be written.
    case unusable
  }

  /// Takes the lock, if nobody has it.
  func lead() -> Leadership {
    // Open for reading only: what was open for writing rings the bell when it is closed.
    guard let lock = OpenFile(lockPath, O_RDONLY | O_CREAT) else { return .unusable }
    guard lock.lock() else { return .others }
    guard let bell = OpenFile(lockPath, O_WRONLY) else { return .unusable }
    showThatLeaderIsAwake()
    return .ours(Lead(lock: lock, bell: bell))
  }

  /// To be called every few seconds by whoever holds the lock.
  func showThatLeaderIsAwake() { utimes(lockPath, nil) }

  /// Whether whoever holds the lock runs: a process that was stopped keeps its locks.
  var isLeaderAwake: Bool {
    var status = stat()
    guard stat(lockPath, &status) == 0 else { return false }
    return time(nil) - status.st_mtim.tv_sec < Self.longestSleep
  }

  /// Seconds; a busy machine may keep a process from running for some of them.
  private static let longestSleep = 20

  /// Rings when somebody lets go of the lock; `nil` where that cannot be heard.
  func bell() -> SpoolBell? { SpoolBell(lockPath) }

  /// Leaves a write for whoever pushes; `nil` when it cannot be left.
  func leave(_ write: PendingWrite) -> SpooledWrite? {
    // What cannot be left is pushed by its own process.
    guard let request = write.request,
      let data = try? JSONEncoder().encode(SpooledRequest(request, write.options))
    else { return nil }
    // Names in the order of arrival.
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

  /// The writes that wait, in the order in which they came; those that nobody waits for any more
  /// are thrown away.
  func waiting(atMost count: Int) -> [PendingWrite] {
    // In a directory that is gone nobody waits.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    var writes: [PendingWrite] = []
    var size = 0
    for name in names.sorted() {
      guard let path = Suffix.path(of: name, in: directory) else { continue }
      if name.hasSuffix(Suffix.unfinished) {
        removeIfForgotten("\(directory)/\(name)")
        continue
      }
      guard SpooledRequest.isWaitedFor(at: path) else {
        Suffix.remove(path)
        continue
      }
      guard writes.count < count, size < Self.mostBytes, name.hasSuffix(Suffix.request),
        access(path + Suffix.answer, F_OK) != 0,
        // What this version does not understand its owner will push.
        let request = SpooledRequest(at: path)
      else { continue }
      size += request.byteCount
      var write = request.write(asker: AbsentAsker(path: path))
      write.pushed = SpooledWrite.pushed(at: path)
      writes.append(write)
    }
    return writes
  }

  /// Removes what a process that is gone was writing; one that has just begun holds no lock yet.
  private func removeIfForgotten(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > 60,
      !SpooledRequest.isLocked(path)
    else { return }
    unlink(path)
  }

  /// How many bytes of others' writes are taken into memory at once.
  private static let mostBytes = 16 << 20

  private var lockPath: String { directory + "/lock" }

  /// Names credentials without giving them away to whoever sees the name.
  private static func key(in directory: String) -> [UInt8]? {
    let path = directory + "/key"
    if let data = FileManager.default.contents(atPath: path), data.count == 32 {
      return Array(data)
    }
    // The system's generator is a cryptographic one.
    let key = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    let unfinished = "\(path)-\(UUID().uuidString)"
    defer { unlink(unfinished) }
    guard let file = OpenFile(unfinished, O_WRONLY | O_CREAT | O_EXCL),
      file.write(Data(key))
    else { return nil }
    // The first one stays; one that was cut short is replaced.
    if link(unfinished, path) != 0 {
      let data = FileManager.default.contents(atPath: path)
      if let data, data.count == 32 { return Array(data) }
      guard rename(unfinished, path) == 0 else { return nil }
    }
    return key
  }
}

/// The lock of a spool, for as long as the value lives.
final class Lead: Sendable {
  private let lock: OpenFile
  private let bell: OpenFile

  init(lock: OpenFile, bell: OpenFile) {
    self.lock = lock
    self.bell = bell
  }
}
