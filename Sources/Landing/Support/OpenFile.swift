internal import Foundation

/// A file that is open, and closed when nobody holds the value any more.
///
/// No child process inherits it: a lock would outlive us with the child.
package final class OpenFile: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit {
    // A child that is just being started has it as well, until it becomes another program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Opens a file; `nil` when that cannot be done.
  package convenience init?(_ path: String, _ flags: Int32) {
    let descriptor = open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    self.init(descriptor: descriptor)
  }

  /// Locks the file, if nobody else has; the kernel unlocks it when this process ends, however it
  /// does.
  package func lock(_ operation: Int32 = LOCK_EX) -> Bool {
    flock(descriptor, operation | LOCK_NB) == 0
  }

  /// Writes all bytes; `false` when the disk does not take them.
  func write(_ data: Data) -> Bool {
    data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
