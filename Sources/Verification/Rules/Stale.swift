internal import Foundation

/// Placements whose last commit is older than `--max-age`.
enum Stale: RuleDefinition {
  static let rule = Rule.stale
  static let severity = Severity.warning
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "The last commit is older than --max-age. No write has changed this resource for that "
      + "long, though Kratix rewrites what it holds from time to time.",
    origins: [
      "Nothing changed; then a longer --max-age is right.",
      "Kratix stopped writing: the state store is not ready, or the controller is down.",
      "The request was deleted, and its files were left.",
    ],
    remedies: [
      "kubectl get gitstatestore,destination shows whether Kratix can write.",
      "statestore diagnose --request REQUEST --kubectl walks the chain.",
    ],
    silence: [
      "--max-age is not given: how old a commit may be is not known."
    ])
}

extension Stale {
  /// - Parameter oldest: The oldest time of a commit that is recent enough, in seconds since 1970.
  static func finding(_ path: String, oldest: Int64) -> Finding {
    finding(
      file: path,
      expected:
        "a commit since \(Date(timeIntervalSince1970: TimeInterval(oldest)).ISO8601Format())",
      actual: "none",
      remedy: "see whether Kratix still writes: kubectl get gitstatestore,destination")
  }
}
