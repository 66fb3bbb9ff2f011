/// A `pattern` of an OpenAPI schema, which the API server reads as Go does (RE2).
///
/// Swift's own expressions take RE2's notation, but for `$`: RE2's is the end of the text, and
/// nothing else.
struct SchemaPattern {
  private let expression: Regex<AnyRegexOutput>

  /// Reads a pattern; `nil` for one that cannot be judged.
  init?(_ pattern: String) {
    // RE2 takes time in proportion to the text, Swift's expressions need not: what is longer
    // than any sensible pattern is not tried.
    guard pattern.utf8.count <= 1_000,
      let expression = try? Regex(Self.withStrictEnd(pattern))
    else { return nil }
    self.expression = expression.matchingSemantics(.unicodeScalar)
  }

  /// Whether the text holds a match; `nil` where that cannot be told.
  func matches(_ text: String) -> Bool? {
    guard text.utf8.count <= 10_000 else { return nil }
    do {
      return try expression.firstMatch(in: text) != nil
    } catch {
      return nil
    }
  }

  private static func withStrictEnd(_ pattern: String) -> String {
    var text = ""
    var isEscaped = false
    var isInClass = false
    for scalar in pattern.unicodeScalars {
      if !isEscaped {
        if scalar == "[" { isInClass = true }
        if scalar == "]" { isInClass = false }
        if scalar == "$", !isInClass {
          text += "\\z"
          continue
        }
      }
      isEscaped = !isEscaped && scalar == "\\"
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
