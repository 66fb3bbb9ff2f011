/// Adapts JSON text that libyaml does not read: tabs before the first bracket; characters beyond 16
/// bits escaped as surrogate pairs, `\ud83d\ude00`, as Python and JavaScript write them; and Unicode
/// controls and line breaks in a string that are not escaped.
///
/// The rest of JSON is YAML. Such text is copied with tabs as spaces and these characters as YAML
/// escapes: every value keeps its line, and its column unless it follows such a character.
enum JSONText {
  /// The adapted text, or `nil` if libyaml can read the original.
  static func adapted(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    let leading = bytes.prefix { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
    guard bytes.count > leading.count,
      bytes[leading.count] == UInt8(ascii: "{") || bytes[leading.count] == UInt8(ascii: "[")
    else { return nil }
    guard leading.contains(0x09) || needsEscape(bytes) else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    for byte in leading { output.append(byte == 0x09 ? 0x20 : byte) }
    copy(bytes, from: leading.count, to: &output)
    return output
  }

  /// Refuses JSON that is no YAML: what kustomize does not read.
  ///
  /// - Throws: `documentBorder` at the first such place.
  static func refuseBeyondYAML(
    _ bytes: UnsafeRawBufferPointer, file: String
  ) throws(ManifestError) {
    guard let place = placeBeyondYAML(bytes) else { return }
    throw ManifestError(
      code: .documentBorder, file: file, position: TextPosition.of(offset: place, in: bytes),
      message: "JSON that is no YAML: a tab before the first bracket, \\/, an escaped half of a "
        + "character, or a control that is not escaped; write it otherwise, or write YAML")
  }

  private static func placeBeyondYAML(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var place = 0
    while place < bytes.count, DocumentBorders.isSpace(bytes[place]) {
      if bytes[place] == 0x09 { return place }
      place += 1
    }
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "\\") {
        if place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "/") { return place }
        if pair(bytes, at: place) != nil { return place }
        place += 2
        continue
      }
      // Line breaks and byte order marks are characters of YAML too.
      if let (character, _) = unreadable(bytes, at: place),
        ![0x85, 0x2028, 0x2029, 0xfeff].contains(character)
      {
        return place
      }
      place += 1
    }
    return nil
  }

  private static func copy(
    _ bytes: UnsafeRawBufferPointer, from start: Int, to output: inout [UInt8]
  ) {
    var place = start
    while place < bytes.count {
      if let (character, length) = unreadable(bytes, at: place) {
        let digits = String(character, radix: 16)
        output += "\\U".utf8
        output += repeatElement(UInt8(ascii: "0"), count: 8 - digits.utf8.count)
        output += digits.utf8
        place += length
        continue
      }
      // The character after a backslash never starts an escape.
      let length = bytes[place] == UInt8(ascii: "\\") && place + 1 < bytes.count ? 2 : 1
      output += bytes[place..<(place + length)]
      place += length
    }
  }

  private static func needsEscape(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.indices.contains { unreadable(bytes, at: $0) != nil }
  }

  /// The character at an index that libyaml would not read, and the length of its text.
  private static func unreadable(
    _ bytes: UnsafeRawBufferPointer, at place: Int
  ) -> (character: UInt32, length: Int)? {
    func next(_ distance: Int) -> UInt32 {
      place + distance < bytes.count ? UInt32(bytes[place + distance]) : 0
    }
    switch bytes[place] {
    case UInt8(ascii: "\\"): return pair(bytes, at: place).map { ($0, 12) }
    case 0x7f: return (0x7f, 1)
    case 0xc2 where (0x80...0x9f).contains(next(1)): return (next(1), 2)
    case 0xe2 where next(1) == 0x80 && (0xa8...0xa9).contains(next(2)): return (0x1f80 + next(2), 3)
    case 0xef where next(1) == 0xbb && next(2) == 0xbf: return (0xfeff, 3)
    case 0xef where next(1) == 0xbf && next(2) >= 0xbe: return (0xff40 + next(2), 3)
    default: return nil
    }
  }

  /// The character whose surrogate pair is escaped at an index.
  private static func pair(_ bytes: UnsafeRawBufferPointer, at place: Int) -> UInt32? {
    guard let high = unit(bytes, at: place), (0xd800...0xdbff).contains(high),
      let low = unit(bytes, at: place + 6), (0xdc00...0xdfff).contains(low)
    else { return nil }
    return 0x10000 + (high - 0xd800) << 10 + (low - 0xdc00)
  }

  private static func unit(_ bytes: UnsafeRawBufferPointer, at place: Int) -> UInt32? {
    guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"),
      bytes[place + 1] == UInt8(ascii: "u")
    else { return nil }
    var value: UInt32 = 0
    for byte in bytes[(place + 2)..<(place + 6)] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - 0x37)
      default: return nil
      }
    }
    return value
  }
}
