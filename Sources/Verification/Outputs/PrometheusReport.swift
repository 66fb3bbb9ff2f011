public import Foundation
internal import Git
internal import Landing

/// A report as metrics in Prometheus' text format, for the node exporter's textfile collector
/// (Prometheus, "Exposition formats").
///
/// Resources are not labels: there may be a hundred thousand. Destinations, verdicts and rules are.
public struct PrometheusReport: Sendable {
  /// Writes no report yet.
  public init() {}

  /// The whole text.
  ///
  /// - Parameters:
  ///   - report: What was found.
  ///   - now: When it was found.
  public func text(of report: Report, now: Date) -> String {
    let store = [
      ("state_store", report.stateStore.name), ("branch", report.stateStore.branch),
    ]
    let summary = report.summary
    let verdicts = [
      (Verdict.landed, summary.landed), (.wrong, summary.wrong), (.missing, summary.missing),
      (.misplaced, summary.misplaced), (.unknown, summary.unknown),
    ]
    var text = Self.metric(
      "statestore_resources", "Resources by verdict.",
      verdicts.map { (store + [("verdict", $0.0.rawValue)], Double($0.1)) })
    text += Self.metric("statestore_findings", "Findings by rule and severity.", findings(report))
    text += Self.metric(
      "statestore_verified_timestamp_seconds", "When the state store was last verified.",
      [(store, now.timeIntervalSince1970.rounded())])
    if let commit = report.commit, let date = try? Date(commit.time, strategy: .iso8601) {
      text += Self.metric(
        "statestore_commit_timestamp_seconds", "When the commit that was verified was made.",
        [(store, date.timeIntervalSince1970)])
      text += Self.metric(
        "statestore_commit_info", "The commit that was verified.",
        [(store + [("commit", commit.id.hexadecimal)], 1)])
    }
    return text
  }

  private func findings(_ report: Report) -> [(labels: [(String, String)], value: Double)] {
    let store = [("state_store", report.stateStore.name), ("branch", report.stateStore.branch)]
    var counts: [Rule: [Severity: Int]] = [:]
    for finding in report.resources.lazy.flatMap(\.findings) {
      counts[finding.rule, default: [:]][finding.severity, default: 0] += 1
    }
    // A rule without findings is a zero: what is absent cannot be alerted on.
    return Rule.allCases.flatMap { rule in
      let severities = Set([rule.defaultSeverity]).union((counts[rule] ?? [:]).keys).sorted()
      return severities.map { severity in
        let labels = store + [("rule", rule.rawValue), ("severity", severity.rawValue)]
        return (labels, Double(counts[rule]?[severity] ?? 0))
      }
    }
  }

  private static func metric(
    _ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]
  ) -> String {
    let lines = samples.map { sample in
      let labels = sample.labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
      return "\(name){\(labels)} \(Int64(sample.value))\n"
    }
    return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + lines.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
