/// Spans of time as people write them: `500ms`, `30s`, `5m`, `1h`, `7d`; a number alone counts seconds.
package enum DurationText {
  /// Reads a span of time.
  ///
  /// - Returns: `nil` for what is none, or is not longer than nothing.
  package static func duration(_ text: String) -> Duration? {
    let number = text.prefix { $0.isNumber || $0 == "." }
    guard let value = Double(number), value > 0, value < 1e9 else { return nil }
    switch text.dropFirst(number.count) {
    case "ms": return .milliseconds(value)
    case "s", "": return .seconds(value)
    case "m": return .seconds(value * 60)
    case "h": return .seconds(value * 3600)
    case "d": return .seconds(value * 86_400)
    default: return nil
    }
  }
}
