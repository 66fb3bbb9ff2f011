/// Base64 with padding, RFC 4648, line breaks ignored: the text of a `!!binary` scalar.
enum Base64 {
  static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard isEncoded(text) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for value in text.lazy.compactMap(value) {
      bits = bits << 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
    }
    return bytes
  }

  /// Whether a text is whole groups of four characters, and padding is at its end alone.
  static func isEncoded(_ text: some Collection<UInt8>) -> Bool {
    var count = 0
    var padding = 0
    for byte in text where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
      if byte == UInt8(ascii: "=") {
        padding += 1
      } else if padding > 0 || value(of: byte) == nil {
        return false
      }
      count += 1
    }
    return count.isMultiple(of: 4) && padding <= 2
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

extension Collection<UInt8> {
  /// Whether it is base64 with padding (RFC 4648), as the API server takes it.
  package var isBase64: Bool {
    withContiguousStorageIfAvailable(Base64.isEncoded) ?? Base64.isEncoded(self)
  }
}
