internal import Foundation

/// Reads an open file into one array.
///
/// `Data` would be a second copy: it is not mapped on Linux, and a mapped file that is cut short
/// meanwhile ends the process.
enum FileBytes {
  /// All bytes from where the file is read next.
  ///
  /// - Returns: The bytes; `nil` when a read fails, and `errno` says why.
  static func all(of descriptor: Int32) -> [UInt8]? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    // One more than a regular file has: a read that does not fill the room finds the end. A pipe
    // has no size. More room would stay with the bytes of each small file.
    var bytes: [UInt8] = []
    var room = status.st_size > 0 ? Int(status.st_size) + 1 : 64 << 10
    while true {
      guard let piece = read(descriptor, atMost: room) else { return nil }
      if piece.isEmpty { return bytes }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      room = 1 << 20
    }
  }

  /// Bytes until there are so many or none are left.
  private static func read(_ descriptor: Int32, atMost room: Int) -> [UInt8]? {
    var hasFailed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      while count < room {
        let read = Foundation.read(
          descriptor, UnsafeMutableBufferPointer(rebasing: buffer[count...]).baseAddress,
          room - count)
        if read < 0, errno == EINTR { continue }
        hasFailed = read < 0
        guard read > 0 else { return }
        count += read
      }
    }
    return hasFailed ? nil : bytes
  }
}
