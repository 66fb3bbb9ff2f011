internal import Foundation

extension Cache {
  /// What a cache is like as a place for files.
  package struct Condition: Sendable, Hashable {
    /// The bytes that this user may still write there; `nil` if the file system does not say.
    package var freeBytes: Int?
    /// Whether processes can lock files there, by which they push together.
    package var canLock: Bool
  }

  /// Creates the cache, writes and locks a file in it, and removes the file.
  ///
  /// - Throws: `LandingError`, or an error of the file system.
  package func condition() throws -> Condition {
    try makeOwnDirectory(directory)
    let path = "\(directory)/condition-\(UUID().uuidString)"
    guard let file = OpenFile(path, O_RDWR | O_CREAT | O_EXCL) else {
      throw LandingError(.invalidConfiguration, String(cString: strerror(errno)))
    }
    defer { unlink(path) }
    guard file.write(Data("statestore\n".utf8)) else {
      throw LandingError(.invalidConfiguration, "nothing can be written: the disk is full")
    }
    var status = statvfs()
    let isKnown = statvfs(directory, &status) == 0
    let free = isKnown ? Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize)) : nil
    return Condition(freeBytes: free, canLock: file.lock())
  }
}
