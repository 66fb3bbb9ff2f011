/// Texts that replace the names and values of a resource when its template is judged.
///
/// There are two sets: what differs between the reports on both, apart from the placeholders themselves,
/// depends on more than the template.
struct TemplatePlaceholders: Sendable {
  /// What rules ask of a value that they do not know.
  struct ValueForm: Hashable, Sendable {
    let isBase64: Bool
    /// Whether it could be the value of a label, and is no longer than its placeholder.
    let isLabel: Bool
  }

  let names: ResourceNames
  /// How the placeholders of values begin.
  private let base64: String
  private let other: String

  static let first = TemplatePlaceholders(
    names: ResourceNames(
      placeholder: "zq-name-4b1d9e-long-as-may-be7", namespace: "zq-namespace-4b1d9e-long-enou7"),
    base64: "zqvalue4", other: "zq-value-")
  static let second = TemplatePlaceholders(
    names: ResourceNames(placeholder: "zq-another-name-4b1d9e7", namespace: "zq-space-4b1d9e7"),
    base64: "zqsecond4value40", other: "zq-second-value-")

  /// Whether a text holds one of the placeholders, or what could be read as one.
  static func areIn(_ text: String) -> Bool {
    [first, second].contains { set in
      set.names.areIn(text) || text.contains(set.base64) || text.contains(set.other)
    }
  }

  /// The placeholder of the value of this index.
  func value(_ index: Int, _ form: ValueForm) -> String {
    let number = String(100_000_000 + index).dropFirst()
    return switch (form.isBase64, form.isLabel) {
    case (true, true): "\(base64)\(number)"
    case (true, false): "\(base64)\(number)\(Self.endOfBase64)"
    case (false, true): "\(other)\(number)"
    case (false, false): "\(other)\(number)\(Self.endOfOther)"
    }
  }

  /// How long a value may be to count as the value of a label.
  static let longestLabel = 16

  // What no label has at its end.
  private static let endOfBase64 = "abc="
  private static let endOfOther = "@"

  /// The first placeholder of a value in a text, and the value's index.
  func firstValue(in text: Substring) -> (range: Range<String.Index>, index: Int)? {
    [(base64, Self.endOfBase64), (other, Self.endOfOther)].compactMap { prefix, end in
      guard let start = text.firstRange(of: prefix) else { return nil }
      let digits = text[start.upperBound...].prefix(8)
      guard let index = Int(digits) else { return nil }
      let rest = text[digits.endIndex...]
      let upperBound =
        rest.starts(with: end) ? rest.index(rest.startIndex, offsetBy: end.count) : digits.endIndex
      return (start.lowerBound..<upperBound, index)
    }.min { $0.range.lowerBound < $1.range.lowerBound }
  }
}
