internal import Manifests

/// A report as workflow commands, which GitHub Actions shows as annotations
/// (GitHub, "Workflow commands for GitHub Actions").
package struct GitHubReport: Sendable {
  /// Writes no report yet.
  package init() {}

  /// The whole text: a line for each finding, and one for the verdict.
  package func text(of report: Report) -> String {
    let lines = report.resources.flatMap { resource in
      resource.findings.map { Self.line(of: $0, in: resource) }
    }
    let unknown = report.resources.filter { $0.verdict == .unknown }.map { resource in
      let reason = resource.notes.joined(separator: "; ")
      return "::warning title=unknown::\(Self.data("\(resource.title): \(reason)"))"
    }
    let verdict = TextReport().verdict(of: report)
    return (lines + unknown + ["::notice title=statestore::\(Self.data(verdict))"])
      .joined(separator: "\n") + "\n"
  }

  private static func line(of finding: Finding, in resource: ResourceReport) -> String {
    var properties: [(String, String)] = []
    if let file = finding.file { properties.append(("file", file)) }
    if let line = finding.line { properties.append(("line", String(line))) }
    if let column = finding.column { properties.append(("col", String(column))) }
    properties.append(("title", "\(finding.rule.rawValue): \(resource.title)"))
    let text = [finding.sentence, finding.cause, finding.remedy].compactMap { $0 }
      .joined(separator: "\n")
    let list = properties.map { "\($0.0)=\(property($0.1))" }.joined(separator: ",")
    return "::\(finding.severity.rawValue) \(list)::\(data(text))"
  }

  /// Text behind the second `::`.
  private static func data(_ text: String) -> String {
    text.escaped(escape)
  }

  /// Text of a property, where a colon or a comma would end it.
  private static func property(_ text: String) -> String {
    text.escaped { scalar in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: escape(scalar)
      }
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "%": "%25"
    case "\r": "%0D"
    case "\n": "%0A"
    default: nil
    }
  }
}
