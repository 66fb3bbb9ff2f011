internal import Foundation

/// An open file, closed with the last reference to the value.
///
/// Child processes do not inherit it: they would keep its lock.
package final class OpenFile: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit {
    // A child process between fork and exec still holds the descriptor.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Opens a file; `nil` when it cannot be opened.
  package convenience init?(_ path: String, _ flags: Int32) {
    let descriptor = open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    self.init(descriptor: descriptor)
  }

  /// Locks the file, unless another process has; the kernel unlocks it when this process ends.
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
