import Landing
import Verification

/// Whether the cache can be used; without it everything works, and more is fetched.
struct CacheCheck {
  let cache: Cache

  /// Less free space than this is warned about: what the objects of one remote may take.
  private static let leastFree = Cache.mostBytes

  var check: ReadinessCheck {
    let name = "cache"
    let remedy = "name another directory with --cache"
    let condition: Cache.Condition
    do {
      condition = try cache.condition()
    } catch {
      let reason = (error as? LandingError)?.message ?? posixMessage(for: error)
      return ReadinessCheck(
        name, .warning, "\(cache.directory) cannot be used: \(reason)", remedy: remedy)
    }
    if let free = condition.freeBytes, free < Self.leastFree {
      return ReadinessCheck(
        name, .warning,
        "\(cache.directory) has \(free >> 20) MiB free; a remote may take"
          + " \(Self.leastFree >> 20)", remedy: remedy)
    }
    guard condition.canLock else {
      return ReadinessCheck(
        name, .warning,
        "\(cache.directory): files cannot be locked there, so processes do not"
          + " combine their pushes", remedy: remedy)
    }
    let space = condition.freeBytes.map { ", \(Self.text(ofBytes: $0)) free" } ?? ""
    return ReadinessCheck(name, .passed, "\(cache.directory) can be written and locked\(space)")
  }

  private static func text(ofBytes count: Int) -> String {
    count >= 10 << 30 ? "\(count >> 30) GiB" : "\(count >> 20) MiB"
  }
}
