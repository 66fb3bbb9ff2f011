package import Manifests

/// Reports as a code quality report, which GitLab shows in merge requests (GitLab, "Code Quality report
/// format").
package struct GitLabReport: Sendable {
  /// Writes no report yet.
  package init() {}

  /// The reports as a tree, for `JSONWriter`: an item for each finding.
  package func node(of reports: [Report]) -> Node {
    // GitLab shows findings with one fingerprint once.
    var counts: [String: Int] = [:]
    return .list(
      reports.flatMap(\.resources).flatMap { resource in
        resource.findings.map { finding in
          let fingerprint = finding.fingerprint(in: resource)
          counts[fingerprint, default: 0] += 1
          return item(finding, of: resource, fingerprint, number: counts[fingerprint] ?? 1)
        }
      })
  }

  private func item(
    _ finding: Finding, of resource: ResourceReport, _ fingerprint: String, number: Int
  ) -> Node {
    let text = [finding.sentence, finding.cause, finding.remedy].compactMap { $0 }
      .joined(separator: "; ")
    return [
      "description": .text("\(resource.title): \(text)"),
      "check_name": .text(finding.rule.rawValue),
      "fingerprint": .text(number == 1 ? fingerprint : "\(fingerprint)|\(number)"),
      "severity": .text(finding.severity == .error ? "critical" : "minor"),
      "location": [
        "path": .text(finding.file ?? resource.placements.first?.path ?? "."),
        "lines": ["begin": .integer(finding.line ?? 1)],
      ],
    ]
  }
}
