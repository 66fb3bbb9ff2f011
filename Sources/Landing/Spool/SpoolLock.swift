internal import Foundation

/// The lock of a spool, held for as long as the value lives.
final class SpoolLock: Sendable {
  private let lock: OpenFile
  /// Open for writing, so that closing it wakes those who watch the file.
  private let watched: OpenFile

  private init(lock: OpenFile, watched: OpenFile) {
    self.lock = lock
    self.watched = watched
  }

  /// What came of taking the lock.
  enum LockResult {
    case taken(SpoolLock)
    case heldByAnother
    /// The directory is gone, or cannot be written.
    case unusable
  }

  /// Takes the lock, if it is free.
  static func take(at path: String) -> LockResult {
    // Open for reading only, so that a failed attempt does not wake those who watch the file.
    guard let lock = OpenFile(path, O_RDONLY | O_CREAT) else { return .unusable }
    guard lock.lock() else { return .heldByAnother }
    guard let watched = OpenFile(path, O_WRONLY) else { return .unusable }
    refresh(path)
    return .taken(SpoolLock(lock: lock, watched: watched))
  }

  /// Shows that the process that holds the lock is running; to be called every few seconds.
  static func refresh(_ path: String) { utimes(path, nil) }

  /// Whether the process that holds the lock is running: a process that was stopped keeps its locks.
  static func isFresh(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return time(nil) - status.st_mtim.tv_sec < longestPause
  }

  /// Seconds; on a busy machine a running process may not get to refresh its lock for some of them.
  private static let longestPause = 20
}
