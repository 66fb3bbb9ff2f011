/// Texts that replace the names and values of a resource when its template is judged.
///
/// There are two sets of different lengths: what differs between the reports on both, apart from the
/// placeholders themselves, depends on more than the template.
struct TemplatePlaceholders: Sendable {
  let names: ResourceNames
  /// How the placeholders of values begin that are base64, and of those that are not.
  private let base64: String
  private let other: String

  static let first = TemplatePlaceholders(
    names: ResourceNames(placeholder: "zq-name-4b1d9e", namespace: "zq-namespace-4b1d9e"),
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
  func value(_ index: Int, isBase64: Bool) -> String {
    "\(isBase64 ? base64 : other)\(String(100_000_000 + index).dropFirst())"
  }

  /// The first placeholder of a value in a text, and the value's index.
  func firstValue(in text: Substring) -> (range: Range<String.Index>, index: Int)? {
    [base64, other].compactMap { prefix in
      guard let start = text.firstRange(of: prefix) else { return nil }
      let digits = text[start.upperBound...].prefix(8)
      guard let index = Int(digits) else { return nil }
      return (start.lowerBound..<digits.endIndex, index)
    }.min { $0.range.lowerBound < $1.range.lowerBound }
  }
}
