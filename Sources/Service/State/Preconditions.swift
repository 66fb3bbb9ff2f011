/// What a client requires of the Work that it changes, so that it overwrites nothing that it has not
/// seen: entity tags (RFC 9110, 13.1) and `metadata.resourceVersion` (Kubernetes API conventions,
/// "Concurrency control and consistency").
struct Preconditions: Sendable, Hashable {
  /// Versions of which one has to stand, or none of which may.
  enum Versions: Sendable, Hashable {
    /// Any version: `*`.
    case any
    case listed([String])

    fileprivate func contains(_ version: String?) -> Bool {
      switch self {
      case .any: version != nil
      case .listed(let versions): version.map(versions.contains) ?? false
      }
    }
  }

  /// Why a change is not made.
  enum Failure: Error, Sendable, Hashable {
    /// `If-Match` or `If-None-Match` does not hold.
    case entityTag
    /// The Work is not the version that the client has changed, or not the object.
    case stale(reason: String)
  }

  /// `If-Match`.
  var match: Versions?
  /// `If-None-Match`.
  var noneMatch: Versions?
  /// The version that the change was made from.
  var version: String?
  /// The object that is meant.
  var uid: String?

  /// Why they do not hold; `nil` when they do.
  ///
  /// - Parameters:
  ///   - standing: The version that is stored; `nil` when nothing is.
  ///   - uid: The uid that is stored.
  func failure(for standing: String?, uid standingUID: String?) -> Failure? {
    if let match, !match.contains(standing) { return .entityTag }
    if let noneMatch, noneMatch.contains(standing) { return .entityTag }
    if let version, version != standing {
      let now = standing.map { "it is \($0) now" } ?? "there is no such Work now"
      return .stale(reason: "resourceVersion is \(version), and \(now)")
    }
    if let uid, uid != standingUID {
      let now = standingUID.map { "it is \($0)" } ?? "the one that is stored has none"
      return .stale(reason: "uid is \(uid), and \(now)")
    }
    return nil
  }
}
