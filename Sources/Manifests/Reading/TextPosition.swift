/// Line and column of a byte, for faults that libyaml places by their byte alone.
enum TextPosition {
  static func of(offset: Int, in bytes: UnsafeRawBufferPointer) -> Position {
    let end = min(max(offset, 0), bytes.count)
    switch (bytes.first, bytes.dropFirst().first) {
    case (0xff, 0xfe): return units(bytes[2..<max(2, end)], isLittleEndian: true)
    case (0xfe, 0xff): return units(bytes[2..<max(2, end)], isLittleEndian: false)
    default:
      let hasMark = bytes.starts(with: [0xef, 0xbb, 0xbf])
      return scalars(bytes[(hasMark ? 3 : 0)..<max(hasMark ? 3 : 0, end)])
    }
  }

  private static func scalars(_ text: Slice<UnsafeRawBufferPointer>) -> Position {
    // A byte of the form 10xxxxxx continues a character.
    count(text.lazy.filter { $0 & 0xc0 != 0x80 }.map { UInt16($0) })
  }

  private static func units(
    _ text: Slice<UnsafeRawBufferPointer>, isLittleEndian: Bool
  ) -> Position {
    var units: [UInt16] = []
    var rest = text
    while let first = rest.popFirst(), let second = rest.popFirst() {
      let unit =
        isLittleEndian ? UInt16(second) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(second)
      // The second half of a surrogate pair is no character of its own.
      if !(0xdc00...0xdfff).contains(unit) { units.append(unit) }
    }
    return count(units)
  }

  private static func count(_ characters: some Sequence<UInt16>) -> Position {
    var line = 1
    var column = 1
    var previous: UInt16 = 0
    for character in characters {
      switch character {
      case 10 where previous == 13: break
      case 10, 13:
        line += 1
        column = 1
      default: column += 1
      }
      previous = character
    }
    return Position(line: line, column: column)
  }
}
