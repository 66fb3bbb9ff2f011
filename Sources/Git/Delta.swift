/// Copy and insert instructions that make one object's bytes from another's (gitformat-pack(5),
/// "Deltified representation").
struct Delta {
  private(set) var bytes: [UInt8] = []

  init(baseSize: Int, resultSize: Int) {
    append(size: baseSize)
    append(size: resultSize)
  }

  /// Copies a range of the base.
  mutating func copy(_ range: Range<Int>) {
    let most = 0xFF_FFFF
    var start = range.lowerBound
    while start < range.upperBound {
      let count = min(most, range.upperBound - start)
      appendCopy(offset: start, count: count)
      start += count
    }
  }

  /// Inserts bytes that the base does not have.
  mutating func insert(_ inserted: [UInt8]) {
    var rest = inserted[...]
    while !rest.isEmpty {
      let piece = rest.prefix(127)
      bytes.append(UInt8(piece.count))
      bytes += piece
      rest = rest.dropFirst(piece.count)
    }
  }

  /// The first byte has a bit for each byte of offset and size that follows; zeroes are left out.
  private mutating func appendCopy(offset: Int, count: Int) {
    var instruction: UInt8 = 0x80
    var operands: [UInt8] = []
    for position in 0..<4 {
      let byte = UInt8(truncatingIfNeeded: offset >> (8 * position))
      if byte != 0 {
        instruction |= 1 << position
        operands.append(byte)
      }
    }
    for position in 0..<3 {
      let byte = UInt8(truncatingIfNeeded: count >> (8 * position))
      if byte != 0 {
        instruction |= 0x10 << position
        operands.append(byte)
      }
    }
    bytes.append(instruction)
    bytes += operands
  }

  private mutating func append(size: Int) {
    var rest = size
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
