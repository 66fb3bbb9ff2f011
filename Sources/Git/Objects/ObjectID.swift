internal import Digests

/// The SHA-1 id of a Git object: 20 bytes, written as 40 lower-case hexadecimal digits
/// (gitglossary(7), "object name").
package struct ObjectID: Sendable, Hashable {
  /// The number of bytes in an id.
  package static let byteCount = 20

  /// The id that means "no object" in the protocol and in reference updates.
  package static let zero = ObjectID(words: (0, 0), tail: 0)

  // Three integers, not an array: hundreds of thousands of ids are compared and hashed, and an array
  // would allocate memory for each.
  private let high: UInt64
  private let low: UInt64
  private let tail: UInt32

  private init(words: (UInt64, UInt64), tail: UInt32) {
    self.high = words.0
    self.low = words.1
    self.tail = tail
  }

  /// The id with these bytes, or `nil` if there are not exactly twenty.
  package init?(bytes: some Collection<UInt8>) {
    if let id = bytes.withContiguousStorageIfAvailable(Self.init(contiguous:)) {
      guard let id else { return nil }
      self = id
      return
    }
    guard bytes.count == Self.byteCount else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var tail: UInt32 = 0
    for (position, byte) in bytes.enumerated() {
      switch position {
      case 0..<8: high = high << 8 | UInt64(byte)
      case 8..<16: low = low << 8 | UInt64(byte)
      default: tail = tail << 8 | UInt32(byte)
      }
    }
    self.init(words: (high, low), tail: tail)
  }

  /// The fast path: three loads, where iterating over a collection takes a hundred calls.
  private init?(contiguous bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    let raw = UnsafeRawBufferPointer(bytes)
    self.init(
      words: (
        UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      ),
      tail: UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt32.self)))
  }

  /// Parses 40 hexadecimal digits in either case; `nil` for anything else.
  package init?(hexadecimal: some StringProtocol) {
    let digits = hexadecimal.utf8
    guard digits.count == 2 * Self.byteCount else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    var upper: UInt8?
    for digit in digits {
      guard let value = Self.value(ofDigit: digit) else { return nil }
      if let first = upper {
        bytes.append(first << 4 | value)
        upper = nil
      } else {
        upper = value
      }
    }
    self.init(bytes: bytes)
  }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    withUnsafeBytes(of: high.bigEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: low.bigEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: tail.bigEndian) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// The id as 40 lower-case hexadecimal digits.
  package var hexadecimal: String { bytes.hexadecimal }

  /// The first seven digits, as Git abbreviates an id.
  package var abbreviated: String { String(hexadecimal.prefix(7)) }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension ObjectID: CustomStringConvertible {
  /// The id as 40 lower-case hexadecimal digits.
  package var description: String { hexadecimal }
}

extension ObjectID: Comparable {
  /// Orders ids by their bytes, as a pack index does.
  package static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.high, left.low, left.tail) < (right.high, right.low, right.tail)
  }
}

extension ObjectID: Codable {
  /// Reads the id from a string of 40 hexadecimal digits.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = ObjectID(hexadecimal: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(text) is not 40 hexadecimal digits")
    }
    self = id
  }

  /// Writes the id as a string of 40 hexadecimal digits.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hexadecimal)
  }
}
