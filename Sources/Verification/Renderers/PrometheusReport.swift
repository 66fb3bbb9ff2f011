package import Foundation
internal import Git
package import Landing
internal import Manifests
internal import Support

/// A report as metrics in Prometheus' text format, for the node exporter's textfile collector
/// (Prometheus, "Exposition formats").
///
/// Names and labels are those of `docs/metrics.md`. Resources are not labels: there may be a hundred
/// thousand. Verdicts and rules are.
package struct PrometheusReport: Sendable {
  /// Writes no report yet.
  package init() {}

  /// The whole text: each metric once, with the samples of all state stores.
  ///
  /// - Parameters:
  ///   - reports: What was found.
  ///   - unreadable: The state stores that could not be read.
  ///   - now: When it was found.
  package func text(
    of reports: [Report], unreadable: [StateStoreDescription] = [], now: Date
  ) -> String {
    let commits = reports.compactMap { report in
      report.commit.map { (Self.labels(of: report.stateStore), $0) }
    }
    let times = commits.compactMap { labels, commit in
      // A time that this program did not write is none to count from.
      (try? Date(commit.time, strategy: .iso8601)).map { (labels, $0.timeIntervalSince1970) }
    }
    return Self.metric(
      "statestore_store_up", "Whether the state store could be read by the last look.",
      reports.map { (Self.labels(of: $0.stateStore), 1) }
        + unreadable.map { (Self.labels(of: $0), 0) })
      + Self.metric(
        "statestore_resources", "Resources by verdict.", reports.flatMap(Self.resources))
      + Self.metric(
        "statestore_findings", "Findings by rule and severity.", reports.flatMap(Self.findings))
      + Self.metric(
        "statestore_last_verified_timestamp_seconds", "When all that is there was last verified.",
        reports.map { (Self.labels(of: $0.stateStore), now.timeIntervalSince1970.rounded()) })
      + Self.metric(
        "statestore_commit_timestamp_seconds", "When the commit that was verified was made.",
        times)
      + Self.metric(
        "statestore_commit_info", "The commit that was verified.",
        commits.map { ($0 + [("commit", $1.id.hexadecimal)], 1) })
  }

  private typealias Sample = (labels: [(String, String)], value: Double)

  private static func labels(of store: StateStoreDescription) -> [(String, String)] {
    [("store", store.name), ("branch", store.branch)]
  }

  private static func resources(of report: Report) -> [Sample] {
    let summary = report.summary
    let verdicts = [
      (Verdict.landed, summary.landed), (.wrong, summary.wrong), (.missing, summary.missing),
      (.misplaced, summary.misplaced), (.unknown, summary.unknown),
    ]
    return verdicts.map {
      (labels(of: report.stateStore) + [("verdict", $0.0.rawValue)], Double($0.1))
    }
  }

  private static func findings(of report: Report) -> [Sample] {
    var counts: [Rule: [Severity: Int]] = [:]
    for finding in report.resources.lazy.flatMap(\.findings) {
      counts[finding.rule, default: [:]][finding.severity, default: 0] += 1
    }
    // A rule without findings is a zero: what is absent cannot be alerted on.
    return Rule.allCases.flatMap { rule in
      let severities = Set([rule.defaultSeverity]).union((counts[rule] ?? [:]).keys).sorted()
      return severities.map { severity in
        let own = [("rule", rule.rawValue), ("severity", severity.rawValue)]
        return (labels(of: report.stateStore) + own, Double(counts[rule]?[severity] ?? 0))
      }
    }
  }

  private static func metric(
    _ name: String, _ help: String, _ samples: [Sample]
  ) -> String {
    guard !samples.isEmpty else { return "" }
    let lines = samples.map { sample in
      let labels = sample.labels.map { "\($0.0)=\"\($0.1.asLabelValue)\"" }.joined(separator: ",")
      return "\(name){\(labels)} \(Int64(sample.value))\n"
    }
    return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + lines.joined()
  }
}
