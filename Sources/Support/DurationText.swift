/// Reads durations as people write them: `500ms`, `30s`, `5m`, `1h`, `7d`; a number alone is in seconds.
package enum DurationText {
  /// The duration that a text names.
  ///
  /// - Returns: `nil` if the text is not a duration, or if it is zero or negative.
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

extension Duration {
  /// The whole duration in seconds.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
