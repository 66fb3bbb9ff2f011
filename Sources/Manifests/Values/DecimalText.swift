/// The shortest decimal digits that read back as the same floating-point number, in the formats of
/// Go, so that the text is the same as Kubernetes writes.
struct DecimalText {
  private let isNegative: Bool
  /// The significant digits, without zeros at either end.
  private let digits: [UInt8]
  /// The power of ten of the first digit.
  private let exponent: Int

  /// Go's `FormatFloat(value, 'g', -1, bits)`, as goyaml writes a number.
  static func general(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    return DecimalText(shortest: value.description).general
  }

  /// The text of Go's encoding/json; infinity and NaN become `null`.
  static func json(_ value: Double) -> String {
    value.isFinite ? DecimalText(shortest: value.description).json : "null"
  }

  /// Parses Swift's text of a finite number: `-1.25e-07`, `100.0`.
  private init(shortest text: String) {
    var digits: [UInt8] = []
    var pointAt: Int?
    var power = 0
    var rest = Array(text.utf8)[...]
    isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest.removeFirst() }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "."): pointAt = digits.count
      case UInt8(ascii: "e"):
        power = Int(String(decoding: rest, as: UTF8.self)) ?? 0
        rest = []
      default: digits.append(byte)
      }
    }
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    let end = digits.lastIndex { $0 != UInt8(ascii: "0") }.map { $0 + 1 } ?? zeros
    exponent = zeros == digits.count ? 0 : (pointAt ?? digits.count) - 1 - zeros + power
    self.digits = zeros == digits.count ? [UInt8(ascii: "0")] : Array(digits[zeros..<end])
  }

  private var general: String {
    exponent < -4 || exponent >= 21 ? scientific(exponentDigits: 2) : plain
  }

  private var json: String {
    exponent < -6 || exponent >= 21 ? scientific(exponentDigits: 1) : plain
  }

  private var sign: String { isNegative ? "-" : "" }

  private func text(_ digits: some Sequence<UInt8>) -> String {
    String(decoding: Array(digits), as: UTF8.self)
  }

  private var plain: String {
    if exponent < 0 {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + text(digits)
    }
    let whole = exponent + 1
    guard digits.count > whole else {
      return sign + text(digits) + String(repeating: "0", count: whole - digits.count)
    }
    return sign + text(digits[..<whole]) + "." + text(digits[whole...])
  }

  private func scientific(exponentDigits: Int) -> String {
    let fraction = digits.count > 1 ? "." + text(digits[1...]) : ""
    let power = String(abs(exponent))
    let padding = String(repeating: "0", count: max(0, exponentDigits - power.utf8.count))
    let mark = exponent < 0 ? "e-" : "e+"
    return sign + text(digits[..<1]) + fraction + mark + padding + power
  }
}
