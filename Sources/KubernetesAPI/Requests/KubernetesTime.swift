package import Foundation

/// Times as the API writes them: RFC 3339 in UTC, to the second or to the microsecond (`MicroTime`).
package enum KubernetesTime {
  package static func date(_ text: String) -> Date? {
    (try? Date(text, strategy: .iso8601))
      ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
  }

  /// To the second, as `lastTransitionTime`.
  package static func text(_ date: Date) -> String { date.formatted(.iso8601) }

  /// To the microsecond, as `eventTime` and `renewTime`.
  package static func microText(_ date: Date) -> String {
    // A double has no exact microseconds; those of the whole number are.
    let micros = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    let (seconds, fraction) = micros.quotientAndRemainder(dividingBy: 1_000_000)
    let whole = text(Date(timeIntervalSince1970: TimeInterval(seconds))).dropLast()
    let digits = String(fraction)
    return whole + "." + String(repeating: "0", count: 6 - digits.count) + digits + "Z"
  }
}
