/// Finds where JSON values end (RFC 8259), without reading them.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  /// The next byte, or the one that is wrong.
  private(set) var place: Int

  // Deeper text is not read anyway.
  private static let depthLimit = 4 * Limits.default.depth

  init(_ bytes: UnsafeRawBufferPointer, from place: Int) {
    self.bytes = bytes
    self.place = place
  }

  /// Whether all values were found, and nothing but white space is left.
  private(set) var isAtEnd = false

  /// The range of the next value; `nil` if there is none, or no JSON.
  mutating func next() -> Range<Int>? {
    skipSpace()
    let start = place
    isAtEnd = start == bytes.count
    return !isAtEnd && value(depth: 0) ? start..<place : nil
  }

  private mutating func value(depth: Int) -> Bool {
    guard depth < Self.depthLimit, place < bytes.count else { return false }
    switch bytes[place] {
    case UInt8(ascii: "{"): return items(until: UInt8(ascii: "}"), depth: depth, areMembers: true)
    case UInt8(ascii: "["): return items(until: UInt8(ascii: "]"), depth: depth, areMembers: false)
    case UInt8(ascii: "\""): return string()
    case UInt8(ascii: "t"): return word("true")
    case UInt8(ascii: "f"): return word("false")
    case UInt8(ascii: "n"): return word("null")
    default: return number()
    }
  }

  private mutating func items(until end: UInt8, depth: Int, areMembers: Bool) -> Bool {
    place += 1
    skipSpace()
    if take(end) { return true }
    repeat {
      skipSpace()
      if areMembers {
        guard string() else { return false }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return false }
        skipSpace()
      }
      guard value(depth: depth + 1) else { return false }
      skipSpace()
    } while take(UInt8(ascii: ","))
    return take(end)
  }

  private mutating func string() -> Bool {
    guard take(UInt8(ascii: "\"")) else { return false }
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        place += 1
        return true
      case UInt8(ascii: "\\"):
        guard place + 1 < bytes.count, Self.escapes.contains(bytes[place + 1]) else { return false }
        place += 2
      case 0..<0x20: return false
      default: place += 1
      }
    }
    return false
  }

  private static let escapes = Array("\"\\/bfnrtu".utf8)

  private mutating func number() -> Bool {
    _ = take(UInt8(ascii: "-"))
    guard take(UInt8(ascii: "0")) || digits() else { return false }
    if take(UInt8(ascii: ".")), !digits() { return false }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      return digits()
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = place
    while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
      place += 1
    }
    return place > start
  }

  private mutating func word(_ word: StaticString) -> Bool {
    for index in 0..<word.utf8CodeUnitCount {
      guard place < bytes.count, bytes[place] == word.utf8Start[index] else { return false }
      place += 1
    }
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
  }
}
