internal import Czlib

/// Gzip (RFC 1952), in which Kratix keeps the contents of a Work's files
/// (`lib/compression/compress.go`).
///
/// Equal bytes always give equal gzip, as with Go: no time and no name are in it. They are not the
/// very bytes that Go's compressor gives, and no reader can tell.
enum Gzip {
  /// What is wrong with bytes that should be gzip.
  enum Fault: Error {
    /// They are no gzip, or damaged, or cut short.
    case corrupt
    /// They hold more than is allowed.
    case tooLarge
  }

  private static let chunk = 64 << 10

  /// The gzip of bytes.
  ///
  /// - Throws: `Fault.tooLarge` from two gigabytes on, or when there is no memory for it.
  static func compress(_ bytes: [UInt8]) throws(Fault) -> [UInt8] {
    guard bytes.count < Int32.max else { throw .tooLarge }
    var stream = z_stream()
    guard statestore_gzip_deflate_init(&stream) == Z_OK else { throw .tooLarge }
    defer { deflateEnd(&stream) }
    // Go says that it does not know the system (255), zlib would say Unix.
    var header = gz_header()
    header.os = 255
    deflateSetHeader(&stream, &header)
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    return bytes.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(bound)
        // The bound is what zlib promises to be enough for one call.
        deflate(&stream, Z_FINISH)
        count = bound - Int(stream.avail_out)
      }
    }
  }

  /// What gzip holds, all members of it.
  ///
  /// - Parameter limit: How many bytes it may hold.
  static func decompress(_ bytes: [UInt8], limit: Int) throws(Fault) -> [UInt8] {
    guard bytes.count < Int32.max else { throw .tooLarge }
    var stream = z_stream()
    guard statestore_gzip_inflate_init(&stream) == Z_OK else { throw .tooLarge }
    defer { inflateEnd(&stream) }
    return try bytes.withUnsafeBufferPointer { input throws(Fault) in
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(input.count)
      return try inflated(&stream, limit: limit)
    }
  }

  private static func inflated(
    _ stream: inout z_stream, limit: Int
  ) throws(Fault) -> [UInt8] {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: chunk)
    while true {
      let (status, count) = buffer.withUnsafeMutableBufferPointer { buffer in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (status, buffer.count - Int(stream.avail_out))
      }
      guard output.count + count <= limit else { throw .tooLarge }
      output += buffer[..<count]
      switch status {
      case Z_OK: continue
      case Z_STREAM_END where stream.avail_in == 0: return output
      case Z_STREAM_END:
        guard inflateReset(&stream) == Z_OK else { throw .corrupt }
      default: throw .corrupt
      }
    }
  }
}
