/// An amount of a resource as Kubernetes writes it: `1Gi`, `500m`, `0.5`, `1e3`.
///
/// Quantities are compared exactly, in whole billionths: `1Gi` equals `1024Mi`, `0.5` equals `500m`.
/// As in Kubernetes, a finer fraction is rounded away from zero to a billionth, and an amount beyond
/// 2^63-1 counts as 2^63-1. Text with more than 38 significant digits is not accepted. Kubernetes,
/// `k8s.io/apimachinery/pkg/api/resource`, quantity.go.
package struct Quantity: Sendable, Hashable {
  private let billionths: Int128

  private static let limit = Int128(Int64.max) * 1_000_000_000

  /// Parses a quantity; `nil` if the text is invalid.
  package init?(_ text: String) {
    guard let parts = Parts(Array(text.utf8)), let amount = parts.billionths else { return nil }
    billionths = parts.isNegative ? -amount : amount
  }

  /// Parses the value of a manifest: a string, or a number.
  package init?(_ node: Node) {
    switch node.content {
    case .string(let text): self.init(text)
    case .integer(let value): self.init(String(value))
    case .number(let value): self.init(DecimalText.json(value))
    case .null, .boolean, .sequence, .mapping: return nil
    }
  }
}

extension Quantity: Comparable {
  /// Orders quantities by amount.
  package static func < (left: Quantity, right: Quantity) -> Bool {
    left.billionths < right.billionths
  }
}

extension Quantity {
  /// The parts of a quantity's text: sign, digits, and powers of ten and two.
  private struct Parts {
    let isNegative: Bool
    /// The significant digits as one number.
    private var digits: UInt128 = 0
    /// The power of ten of the last digit.
    private var power = 0
    /// The power of two, of a suffix such as `Gi`.
    private var binaryPower = 0

    init?(_ text: [UInt8]) {
      var rest = text[...]
      isNegative = rest.first == UInt8(ascii: "-")
      if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      guard takeDigits(&rest), takeSuffix(rest) else { return nil }
    }

    private mutating func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Bool {
      var sawDigit = false
      var sawPoint = false
      // Zeros are appended only when another digit follows, so that there are none at either end.
      var zeros = 0
      var fraction = 0
      loop: while let byte = rest.first {
        switch byte {
        case UInt8(ascii: "."):
          guard !sawPoint else { return false }
          sawPoint = true
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          sawDigit = true
          if sawPoint { fraction += 1 }
          zeros += 1
          if byte != UInt8(ascii: "0") {
            guard append(byte - UInt8(ascii: "0"), shiftedBy: zeros) else { return false }
            zeros = 0
          }
        default: break loop
        }
        rest.removeFirst()
      }
      power = zeros - fraction
      return sawDigit
    }

    private mutating func append(_ digit: UInt8, shiftedBy places: Int) -> Bool {
      guard digits != 0 else {
        digits = UInt128(digit)
        return true
      }
      guard let scale = Quantity.powerOfTen(places) else { return false }
      let (product, overflow) = digits.multipliedReportingOverflow(by: scale)
      let (sum, carry) = product.addingReportingOverflow(UInt128(digit))
      digits = sum
      return !overflow && !carry
    }

    private mutating func takeSuffix(_ suffix: ArraySlice<UInt8>) -> Bool {
      let text = String(decoding: suffix, as: UTF8.self)
      if let decimal = Quantity.decimalSuffixes[text] {
        power += decimal
        return true
      }
      if let binary = Quantity.binarySuffixes[text] {
        binaryPower = binary
        return true
      }
      guard let mark = suffix.first, mark | 0x20 == UInt8(ascii: "e"),
        let exponent = Self.exponent(suffix.dropFirst())
      else { return false }
      power += exponent
      return true
    }

    /// The exponent, clamped to a range beyond which the result is the same.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
      let isNegative = text.first == UInt8(ascii: "-")
      let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
      guard !digits.isEmpty else { return nil }
      var value = 0
      for byte in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 1 << 40)
      }
      return isNegative ? -value : value
    }

    /// The amount without its sign, rounded up and clamped to the limit; `nil` for too many digits.
    var billionths: Int128? {
      guard digits != 0 else { return 0 }
      let places = power + 9
      let (high, low) = digits.multipliedFullWidth(by: 1 << UInt128(binaryPower))
      guard places < 0 else {
        guard high == 0, let scale = Quantity.powerOfTen(places) else { return Quantity.limit }
        let (product, overflow) = low.multipliedReportingOverflow(by: scale)
        return overflow ? Quantity.limit : Quantity.held(product)
      }
      // Divided by more than 10^38, any amount is below one, and rounded up to one.
      guard let divisor = Quantity.powerOfTen(-places) else {
        return high == 0 ? 1 : nil
      }
      guard high < divisor else { return Quantity.limit }
      let (quotient, remainder) = divisor.dividingFullWidth((high, low))
      return Quantity.held(remainder == 0 ? quotient : quotient &+ 1)
    }
  }

  private static func held(_ amount: UInt128) -> Int128 {
    amount > UInt128(limit) ? limit : Int128(amount)
  }

  private static func powerOfTen(_ exponent: Int) -> UInt128? {
    guard (0...38).contains(exponent) else { return nil }
    return (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  private static let decimalSuffixes = [
    "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
  ]

  private static let binarySuffixes = [
    "Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60,
  ]
}
