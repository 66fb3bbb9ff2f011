/// One unit of Git's protocol: bytes preceded by their length, or one of three special packets.
///
/// gitprotocol-common(5) "pkt-line format"; gitprotocol-v2(5) "Packet-Line Framing".
enum PacketLine: Hashable {
  case data(ArraySlice<UInt8>)
  case flush
  case delimiter
  case responseEnd

  /// The longest line, including the four digits of its length.
  static let lengthLimit = 65_520

  /// The flush packet, which ends a message.
  static let flushBytes = Array("0000".utf8)

  /// The delimiter packet, which separates the parts of a message.
  static let delimiterBytes = Array("0001".utf8)

  /// Encodes a line of text.
  ///
  /// Requests consist of names and ids, which fit a line; longer text is truncated.
  static func encode(_ text: String) -> [UInt8] {
    let bytes = text.utf8.prefix(lengthLimit - 4)
    let length = String(bytes.count + 4, radix: 16)
    return Array((String(repeating: "0", count: 4 - length.count) + length).utf8) + bytes
  }

  /// The bytes of a data line without the line feed at the end of textual lines.
  var text: ArraySlice<UInt8>? {
    guard case .data(let bytes) = self else { return nil }
    return bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes
  }
}

/// Splits arriving bytes into packet lines.
struct PacketLineReader {
  private var buffer: [UInt8] = []
  private var position = 0

  /// Whether all bytes were consumed, so that the stream was not truncated.
  var isEmpty: Bool { position == buffer.count }

  /// Appends bytes as they arrive.
  mutating func append(_ bytes: [UInt8]) {
    if position == buffer.count {
      buffer = bytes
    } else {
      buffer.removeFirst(position)
      buffer.append(contentsOf: bytes)
    }
    position = 0
  }

  /// The next whole line, or `nil` when more bytes are needed.
  mutating func next() throws(ProtocolFailure) -> PacketLine? {
    guard buffer.count - position >= 4 else { return nil }
    var length = 0
    for digit in buffer[position..<position + 4] {
      guard let value = Self.value(ofDigit: digit) else { throw notAPacketLine() }
      length = length << 4 | value
    }
    switch length {
    case 0, 1, 2:
      position += 4
      return length == 0 ? .flush : length == 1 ? .delimiter : .responseEnd
    case 4...PacketLine.lengthLimit:
      guard buffer.count - position >= length else { return nil }
      defer { position += length }
      return .data(buffer[position + 4..<position + length])
    default:
      throw .violation("a packet line of the impossible length \(length)")
    }
  }

  private func notAPacketLine() -> ProtocolFailure {
    let start = SanitizedText.lines(buffer[position...].prefix(80)).first ?? ""
    return .violation("the answer is not Git's protocol; it goes on with: \(start)")
  }

  private static func value(ofDigit digit: UInt8) -> Int? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(digit - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(digit - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
