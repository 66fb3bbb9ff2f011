/// Copy and insert instructions that produce the bytes of one object from those of another
/// (gitformat-pack(5), "Deltified representation").
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

  /// Inserts new bytes.
  mutating func insert(_ inserted: [UInt8]) {
    var rest = inserted[...]
    while !rest.isEmpty {
      let piece = rest.prefix(127)
      bytes.append(UInt8(piece.count))
      bytes += piece
      rest = rest.dropFirst(piece.count)
    }
  }

  /// Applies instructions to a base.
  ///
  /// - Throws: `GitError` when they are invalid or do not fit the base.
  static func apply(_ instructions: [UInt8], to base: [UInt8]) throws(GitError) -> [UInt8] {
    var rest = instructions[...]
    let baseSize = size(&rest)
    let resultSize = size(&rest)
    var result: [UInt8] = []
    result.reserveCapacity(resultSize)
    while let instruction = rest.popFirst() {
      if instruction & 0x80 == 0 {
        result += rest.prefix(Int(instruction))
        rest = rest.dropFirst(Int(instruction))
        continue
      }
      let offset = operand(&rest, bits: instruction, count: 4)
      let length = operand(&rest, bits: instruction >> 4, count: 3)
      let end = offset + (length == 0 ? 0x10000 : length)
      guard end <= base.count else { throw .corrupt("a delta reads beyond its base", in: "delta") }
      result += base[offset..<end]
    }
    guard baseSize == base.count, resultSize == result.count else {
      throw .corrupt("a delta does not fit its base", in: "delta")
    }
    return result
  }

  private static func size(_ bytes: inout ArraySlice<UInt8>) -> Int {
    var size = 0
    var shift = 0
    while let byte = bytes.popFirst(), shift < 63 {
      size |= Int(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 { break }
    }
    return size
  }

  private static func operand(_ bytes: inout ArraySlice<UInt8>, bits: UInt8, count: Int) -> Int {
    var operand = 0
    for position in 0..<count where bits & (1 << position) != 0 {
      operand |= Int(bytes.popFirst() ?? 0) << (8 * position)
    }
    return operand
  }

  /// The first byte has a bit for each byte of offset and size that follows; zeros are left out.
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
