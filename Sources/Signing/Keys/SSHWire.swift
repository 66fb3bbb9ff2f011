/// Bytes that are not what a format of SSH says.
struct MalformedBytes: Error {}

/// Reads the data types of SSH (RFC 4251, 5).
struct SSHWireReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: some Sequence<UInt8>) { rest = ArraySlice(bytes) }

  var isAtEnd: Bool { rest.isEmpty }
  /// What has not been read.
  var remaining: [UInt8] { Array(rest) }

  mutating func bytes(_ count: Int) throws(MalformedBytes) -> [UInt8] {
    guard count >= 0, rest.count >= count else { throw MalformedBytes() }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  mutating func uint32() throws(MalformedBytes) -> Int {
    try bytes(4).reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func string() throws(MalformedBytes) -> [UInt8] { try bytes(uint32()) }

  mutating func text() throws(MalformedBytes) -> String {
    String(decoding: try string(), as: UTF8.self)
  }

  /// The bytes of a number that is not negative, without leading zeros.
  mutating func number() throws(MalformedBytes) -> [UInt8] {
    let bytes = try string()
    guard bytes.first.map({ $0 < 0x80 }) ?? true else { throw MalformedBytes() }
    return Array(bytes.drop { $0 == 0 })
  }
}

/// Writes the data types of SSH (RFC 4251, 5).
struct SSHWireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func raw(_ bytes: some Sequence<UInt8>) { self.bytes += bytes }

  mutating func uint32(_ value: Int) {
    raw([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) })
  }

  mutating func string(_ bytes: some Collection<UInt8>) {
    uint32(bytes.count)
    raw(bytes)
  }

  mutating func string(_ text: String) { string(Array(text.utf8)) }

  /// A number that is not negative; leading zeros are left out.
  mutating func number(_ magnitude: [UInt8]) {
    let digits = magnitude.drop { $0 == 0 }
    string(digits.first.map { $0 >= 0x80 } == true ? [0] + digits : Array(digits))
  }
}
