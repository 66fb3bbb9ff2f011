import Foundation
import Glibc

/// A directory that only this user can enter, in memory where there is such a place, for keys that
/// `ssh` reads.
final class PrivateFiles: Sendable {
  private let directory: String

  init() throws {
    var made: String?
    var code: Int32 = 0
    for parent in ["/dev/shm", FileManager.default.temporaryDirectory.path] where made == nil {
      var template = Array("\(parent)/statestore-XXXXXX".utf8CString)
      // mkdtemp gives the directory mode 0700.
      if mkdtemp(&template) != nil {
        made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      } else {
        code = errno
      }
    }
    guard let made else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    self.directory = made
  }

  deinit { remove() }

  /// Writes a file that only this user can read, and returns its path.
  func write(_ text: String, named name: String) throws -> String {
    let path = "\(directory)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
    return path
  }

  /// Removes the files; calling it again does nothing.
  func remove() {
    // Gone already, or the directory will not go: nobody else can read it either way.
    try? FileManager.default.removeItem(atPath: directory)
  }
}
