internal import Clibgit2

/// Deflates one object after another, in portions of limited size.
final class Deflater {
  // zlib keeps a pointer to it, so it must not move.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let level: Int32
  private var isOpen = false
  private var content: [UInt8] = []
  private var taken = 0

  /// - Parameter level: The level of zlib, from 0 (no compression) to 9.
  init(level: Int32) {
    self.level = level
    stream.initialize(to: z_stream())
  }

  deinit {
    if isOpen { deflateEnd(stream) }
    stream.deallocate()
  }

  /// Begins with the bytes of another object.
  func begin(_ content: [UInt8]) throws(GitError) {
    try check(isOpen ? deflateReset(stream) : shim_deflate_start(stream, level), is: Z_OK)
    isOpen = true
    self.content = content
    taken = 0
  }

  /// Appends deflated bytes to `output` until it has `limit` bytes, which must be more than it has.
  ///
  /// - Returns: Whether there are more.
  func append(to output: inout [UInt8], upTo limit: Int) throws(GitError) -> Bool {
    let start = output.count
    // Most objects are far smaller than a piece. zlib may keep some bytes for the next call.
    let most = Int(deflateBound(stream, UInt(content.count)))
    let room = min(limit - start, most)
    output.append(contentsOf: repeatElement(0, count: room))
    stream.pointee.avail_out = UInt32(clamping: room)
    // zlib counts input in 32 bits.
    let given = UInt32(clamping: content.count - taken)
    stream.pointee.avail_in = given
    let isLast = taken + Int(given) == content.count
    let status = output.withUnsafeMutableBufferPointer { output in
      content.withUnsafeBufferPointer { content in
        stream.pointee.next_out = output.baseAddress.map { $0 + start }
        stream.pointee.next_in = content.baseAddress.map {
          UnsafeMutablePointer(mutating: $0 + taken)
        }
        return deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
      }
    }
    taken += Int(given - stream.pointee.avail_in)
    output.removeLast(Int(stream.pointee.avail_out))
    if status == Z_STREAM_END {
      content = []
      return false
    }
    try check(status, is: Z_OK)
    return true
  }

  private func check(_ status: Int32, is expected: Int32) throws(GitError) {
    guard status == expected else {
      throw GitError(code: .other, operation: "deflate", message: "zlib failed with \(status)")
    }
  }
}
