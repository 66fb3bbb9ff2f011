internal import Foundation

/// One condition of a Work's status, as Kubernetes writes them (`meta/v1`, `Condition`).
struct Condition: Sendable, Hashable, Codable {
  /// What conditions a Work has.
  enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every group has a Destination.
    case scheduled = "Scheduled"
    /// Every state store has taken it, and it was read back there.
    case writeSucceeded = "WriteSucceeded"
    /// Verification holds nothing against what is in the state stores: neither changes of others
    /// nor the content.
    case verified = "Verified"
    /// All of this.
    case ready = "Ready"
  }

  /// Whether it holds.
  enum Status: String, Sendable, Hashable, Codable {
    case `true` = "True"
    case `false` = "False"
    case unknown = "Unknown"
  }

  var type: Kind
  var status: Status
  /// Why, in one word of Kubernetes' kind.
  var reason: String
  /// Why, for a person.
  var message: String
  var observedGeneration: Int64
  /// When the status was last another one, in RFC 3339.
  var lastTransitionTime: String
}

extension Condition {
  /// What was found out about a condition now.
  struct Finding: Sendable, Hashable {
    var status: Status
    var reason: String
    var message: String
  }

  /// The conditions with what was found out; the time of a status that did not change stays.
  static func updated(
    _ old: [Condition], with findings: [(Kind, Finding)], generation: Int64, at date: Date
  ) -> [Condition] {
    findings.map { kind, finding in
      let before = old.first { $0.type == kind }
      let time = before.flatMap { $0.status == finding.status ? $0.lastTransitionTime : nil }
      return Condition(
        type: kind, status: finding.status, reason: finding.reason, message: finding.message,
        observedGeneration: generation, lastTransitionTime: time ?? date.formatted(.iso8601))
    }
  }
}
