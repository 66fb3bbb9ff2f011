internal import Foundation

/// How long ago something was, as kubectl writes it.
enum Age {
  static func text(since time: String, at now: Date) -> String {
    guard let date = try? Date(time, strategy: .iso8601) else { return "" }
    let seconds = max(0, Int(now.timeIntervalSince(date)))
    switch seconds {
    case ..<120: return "\(seconds)s"
    case ..<7_200: return "\(seconds / 60)m"
    case ..<172_800: return "\(seconds / 3_600)h"
    default: return "\(seconds / 86_400)d"
    }
  }
}
