/// Resolves plain scalars: YAML 1.1 as goyaml.v2 of sigs.k8s.io/yaml does.
///
/// Booleans are `y`, `yes`, `true`, `on` and their opposites, in lower case, capitalized or in upper
/// case. Integers are decimal, `0x`, `0o` or `0`, and `0b`, with `_` between digits. Base 60 numbers
/// and timestamps are strings. A whole number that fits an `Int64` is an integer in any notation,
/// including `1.0` and `1e3`, because Kubernetes converts to JSON, where they are the same. A larger
/// one is the nearest `Double`, as in Kubernetes' unstructured objects.
enum PlainScalar {
  /// The value of plain text, or `nil` if it is a string.
  static func resolve(_ bytes: UnsafeBufferPointer<UInt8>) -> Node.Content? {
    guard let first = bytes.first else { return .null }
    switch first {
    case UInt8(ascii: "~"):
      return bytes.count == 1 ? .null : nil
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      return number(bytes)
    case UInt8(ascii: "."):
      return special(bytes) ?? DecimalFloat.parse(Array(bytes)).map(whole)
    case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"),
      UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"),
      UInt8(ascii: "o"), UInt8(ascii: "O"):
      return bytes.count <= 5 ? word(bytes) : nil
    default:
      return nil
    }
  }

  /// Whether the text is a whole number in an integer's notation.
  static func isWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    IntegerNotation.parse(digits(of: bytes)) != nil
  }

  private static func word(_ bytes: UnsafeBufferPointer<UInt8>) -> Node.Content? {
    switch folded(bytes) {
    case "y", "yes", "true", "on": .boolean(true)
    case "n", "no", "false", "off": .boolean(false)
    case "null": .null
    default: nil
    }
  }

  /// The word in lower case, if it is in lower case, capitalised or in upper case.
  private static func folded(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    let rest = bytes.dropFirst()
    let lower = UInt8(ascii: "a")...UInt8(ascii: "z")
    let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let firstIsUpper = bytes.first.map(upper.contains) ?? false
    guard rest.allSatisfy(lower.contains) || (firstIsUpper && rest.allSatisfy(upper.contains))
    else { return nil }
    return String(decoding: bytes, as: UTF8.self).lowercased()
  }

  private static func special(_ bytes: UnsafeBufferPointer<UInt8>) -> Node.Content? {
    guard bytes.count <= 5 else { return nil }
    switch String(decoding: bytes, as: UTF8.self) {
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    default: return nil
    }
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Node.Content? {
    if let short = shortDecimal(bytes) { return .integer(short) }
    // Most text that begins with a digit or a dash is not a number: dates, addresses, versions.
    guard bytes.allSatisfy(mayBeInNumber) else { return nil }
    if let special = special(bytes) { return special }
    let digits = digits(of: bytes)
    switch IntegerNotation.parse(digits) {
    case .exact(let value): return .integer(value)
    case .beyond(let value): return .number(value)
    case nil: return DecimalFloat.parse(digits).map(whole)
    }
  }

  /// The common case: a decimal of at most 18 digits without sign, leading zero or `_`.
  private static func shortDecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard bytes.count <= 18, bytes.count == 1 || bytes[0] != UInt8(ascii: "0") else { return nil }
    var value: Int64 = 0
    for byte in bytes {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int64(digit)
    }
    return value
  }

  private static func mayBeInNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func digits(of bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    bytes.filter { $0 != UInt8(ascii: "_") }
  }

  private static func whole(_ value: Double) -> Node.Content {
    Int64(exactly: value).map { .integer($0) } ?? .number(value)
  }
}
