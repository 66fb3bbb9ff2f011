import Foundation
import Glibc
import Synchronization

/// Files without a name, in memory where there is such a place, for keys that `ssh` reads: nobody
/// else can open them, and they are gone with this process, however it ends.
final class PrivateFiles: Sendable {
  private let descriptors = Mutex<[Int32]>([])

  deinit { remove() }

  /// Writes a file that only this user can read, and returns the path by which a child finds it.
  func write(_ text: String) throws -> String {
    let descriptor = try Self.nameless()
    descriptors.withLock { $0.append(descriptor) }
    try FileHandle(fileDescriptor: descriptor).write(contentsOf: Data(text.utf8))
    return "/proc/\(getpid())/fd/\(descriptor)"
  }

  private static func nameless() throws -> Int32 {
    var code = EIO
    for parent in ["/dev/shm", FileManager.default.temporaryDirectory.path] {
      let path = "\(parent)/statestore-\(UUID().uuidString)"
      // ssh asks for this mode.
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        // Its name goes before anything is in it.
        unlink(path)
        return descriptor
      }
      code = errno
    }
    throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
  }

  /// Removes the files; calling it again does nothing.
  func remove() {
    let open = descriptors.withLock { descriptors in
      defer { descriptors = [] }
      return descriptors
    }
    for descriptor in open { close(descriptor) }
  }
}
