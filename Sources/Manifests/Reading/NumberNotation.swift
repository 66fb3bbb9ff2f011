/// Integers in Go's notation with base 0: decimal, `0x`, `0o`, `0`, `0b`, with a sign.
enum IntegerNotation {
  case exact(Int64)
  /// The nearest number, for an integer that does not fit 64 bits.
  case beyond(Double)

  static func parse(_ text: [UInt8]) -> IntegerNotation? {
    var digits = text[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    let radix = radix(of: &digits)
    guard !digits.isEmpty else { return nil }
    var magnitude: UInt64 = 0
    var approximation = 0.0
    var isExact = true
    for byte in digits {
      guard let digit = value(of: byte), digit < radix else { return nil }
      approximation = approximation * Double(radix) + Double(digit)
      guard isExact else { continue }
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit)
      isExact = !overflow && !carry
      magnitude = sum
    }
    if isExact, let value = signed(magnitude, isNegative: isNegative) { return .exact(value) }
    // The conversion of decimal text rounds correctly; the sum above may differ in the last bit.
    let nearest = radix == 10 ? Double(String(decoding: digits, as: UTF8.self)) : approximation
    return nearest.map { .beyond(isNegative ? -$0 : $0) }
  }

  private static func radix(of digits: inout ArraySlice<UInt8>) -> UInt64 {
    guard digits.first == UInt8(ascii: "0"), digits.count > 1 else { return 10 }
    let mark = digits[digits.startIndex + 1] | 0x20
    let prefixed: UInt64? =
      switch mark {
      case UInt8(ascii: "x"): 16
      case UInt8(ascii: "o"): 8
      case UInt8(ascii: "b"): 2
      default: nil
      }
    digits.removeFirst(prefixed == nil ? 1 : 2)
    return prefixed ?? 8
  }

  private static func value(of byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  private static func signed(_ magnitude: UInt64, isNegative: Bool) -> Int64? {
    guard isNegative else { return Int64(exactly: magnitude) }
    return magnitude == Int64.min.magnitude ? Int64.min : Int64(exactly: magnitude).map { -$0 }
  }
}

/// Decimal fractions: `1.5`, `.5`, `1.`, `1e3`, with a sign; nothing else that C's strtod takes.
enum DecimalFloat {
  static func parse(_ text: [UInt8]) -> Double? {
    var rest = text[...]
    takeSign(&rest)
    let whole = takeDigits(&rest)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits(&rest)
    }
    guard whole + fraction > 0 else { return nil }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      takeSign(&rest)
      guard takeDigits(&rest) > 0 else { return nil }
    }
    guard rest.isEmpty, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite
    else { return nil }
    return value
  }

  private static func takeSign(_ rest: inout ArraySlice<UInt8>) {
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
  }

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    rest.removeFirst(digits)
    return digits
  }
}
