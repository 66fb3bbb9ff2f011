package import Foundation

/// How long ago something was, as kubectl writes it: `90s`, `5m`, `3h`, `2d`.
package enum RelativeAge {
  /// The age of a time at another time.
  ///
  /// - Parameters:
  ///   - time: The time, in RFC 3339.
  ///   - now: The time at which it has that age.
  /// - Returns: `nil` if `time` is not a time.
  package static func text(since time: String, at now: Date) -> String? {
    guard let date = try? Date(time, strategy: .iso8601) else { return nil }
    let seconds = max(0, Int(now.timeIntervalSince(date)))
    switch seconds {
    case ..<120: return "\(seconds)s"
    case ..<7_200: return "\(seconds / 60)m"
    case ..<172_800: return "\(seconds / 3_600)h"
    default: return "\(seconds / 86_400)d"
    }
  }
}
