/// Reads JSON text (RFC 8259) as a node.
///
/// It is for text that programs have written. `ManifestFile` reads the files of people, which may
/// be YAML, and knows the line of each value.
///
/// Keys keep their order. Numbers become integers or fractions as in `PlainScalar`.
package struct JSONReader {
  private let bytes: [UInt8]
  private let name: String
  private var place = 0

  /// Twice the depth of a manifest, as results contain manifests.
  private static let depthLimit = 2 * Limits.default.depth

  /// Reads a text.
  ///
  /// - Parameter name: What errors call the text.
  /// - Throws: `ManifestError` with the byte at which it is not JSON.
  package static func node(of bytes: [UInt8], name: String) throws(ManifestError) -> Node {
    var reader = JSONReader(bytes: bytes, name: name)
    let node = try reader.value(depth: 0)
    guard reader.next() == nil else { throw reader.fault("there is more after the value") }
    return node
  }

  private init(bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  private mutating func value(depth: Int) throws(ManifestError) -> Node {
    guard depth <= Self.depthLimit else {
      throw fault("values are nested too deep", .tooDeep)
    }
    guard let first = next() else { throw fault("there is no value") }
    switch first {
    case UInt8(ascii: "{"): return Node(.mapping(try mapping(depth: depth)))
    case UInt8(ascii: "["): return Node(.sequence(try sequence(depth: depth)))
    case UInt8(ascii: "\""): return Node(.string(try string()))
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw fault("there is no value")
    }
  }

  private mutating func mapping(depth: Int) throws(ManifestError) -> Mapping {
    place += 1
    var entries: [Mapping.Entry] = []
    if !take(UInt8(ascii: "}")) {
      repeat {
        guard next() == UInt8(ascii: "\"") else { throw fault("there is no key") }
        let key = try string()
        guard take(UInt8(ascii: ":")) else { throw fault("there is no colon after the key") }
        entries.append(Mapping.Entry(key: key, value: try value(depth: depth + 1)))
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "}")) else { throw fault("the mapping does not end") }
    }
    do {
      return try Mapping(unique: entries)
    } catch {
      throw fault("the key \(error.second.key) is there twice", .duplicateKey)
    }
  }

  private mutating func sequence(depth: Int) throws(ManifestError) -> [Node] {
    place += 1
    var items: [Node] = []
    if take(UInt8(ascii: "]")) { return items }
    repeat {
      items.append(try value(depth: depth + 1))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw fault("the list does not end") }
    return items
  }

  private mutating func word(_ word: String, _ content: Node.Content) throws(ManifestError) -> Node
  {
    guard bytes[place...].starts(with: word.utf8) else { throw fault("there is no value") }
    place += word.utf8.count
    return Node(content)
  }
}

// MARK: Numbers

extension JSONReader {
  private mutating func number() throws(ManifestError) -> Node {
    let start = place
    if current == UInt8(ascii: "-") { place += 1 }
    if current == UInt8(ascii: "0") { place += 1 } else { try digits() }
    if current == UInt8(ascii: ".") {
      place += 1
      try digits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      place += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { place += 1 }
      try digits()
    }
    let content = bytes[start..<place].withUnsafeBufferPointer { PlainScalar.resolve($0) }
    switch content {
    case .integer?: break
    case .number(let value)? where value.isFinite: break
    default: throw fault("the number is too large", .unsupportedNumber)
    }
    return Node(content ?? .null)
  }

  private mutating func digits() throws(ManifestError) {
    let start = place
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
    guard place > start else { throw fault("there is no digit") }
  }
}

// MARK: Strings

extension JSONReader {
  private mutating func string() throws(ManifestError) -> String {
    place += 1
    var text: [UInt8] = []
    while true {
      let start = place
      while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"),
        byte >= 0x20
      { place += 1 }
      text += bytes[start..<place]
      switch current {
      case UInt8(ascii: "\""):
        place += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("the text is not UTF-8", .invalidEncoding)
        }
        return string
      case UInt8(ascii: "\\"):
        place += 1
        try escape(to: &text)
      default: throw fault("the text does not end")
      }
    }
  }

  private mutating func escape(to text: inout [UInt8]) throws(ManifestError) {
    let byte = current
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[place - 1])
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += try scalar().utf8
    default: throw fault("the escape is not one of JSON")
    }
  }

  /// A character as `\u` and four digits; beyond 16 bits as two of these.
  private mutating func scalar() throws(ManifestError) -> Unicode.Scalar {
    var value = try unit()
    if (0xd800...0xdbff).contains(value), bytes[place...].starts(with: #"\u"#.utf8) {
      place += 2
      let low = try unit()
      guard (0xdc00...0xdfff).contains(low) else { throw fault("half a character is escaped") }
      value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw fault("half a character is escaped") }
    return scalar
  }

  private mutating func unit() throws(ManifestError) -> UInt32 {
    guard place + 4 <= bytes.count,
      let value = Self.hexadecimal(bytes[place..<(place + 4)])
    else { throw fault("the escape is not one of JSON") }
    place += 4
    return value
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    for digit in digits {
      guard let part = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(part)
    }
    return value
  }
}

// MARK: Bytes

extension JSONReader {
  private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

  /// Passes over spaces and line breaks.
  ///
  /// - Returns: The byte after them, which is not passed over.
  private mutating func next() -> UInt8? {
    while let byte = current, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { place += 1 }
    return current
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    place += 1
    return true
  }

  private func fault(
    _ message: String, _ code: ManifestError.Code = .syntax
  ) -> ManifestError {
    ManifestError(
      code: code, file: name, position: nil, message: "not JSON at byte \(place): \(message)")
  }
}
