import Foundation
import Manifests
import Verification

/// How reports are printed.
package enum VerifyFormat: String, CaseIterable, Sendable {
  case text
  case json
  case yaml
  case junit
  case sarif
  case github
  case gitlab
  case markdown
  case prometheus

  /// The format in which a failure is printed to the same reader.
  package var ofFailures: OutputFormat {
    switch self {
    case .json: .json
    case .yaml: .yaml
    default: .text
    }
  }

  /// Writes the reports on all state stores; JSON, which may be long, piece by piece.
  package func write(
    _ answer: VerifyAnswer, isColoured: Bool, width: Int?, isBrief: Bool,
    to write: (String) -> Void
  ) {
    guard self != .json else {
      return JSONReport().write(answer.reports.map(\.withoutExcerpts), to: write)
    }
    write(text(of: answer, isColoured: isColoured, width: width, isBrief: isBrief))
  }

  /// The whole text of the reports on all state stores.
  package func text(
    of answer: VerifyAnswer, isColoured: Bool, width: Int? = nil, isBrief: Bool
  ) -> String {
    let reports = self == .text ? answer.reports : answer.reports.map(\.withoutExcerpts)
    switch self {
    case .text:
      let text = TextReport(isColoured: isColoured, isBrief: isBrief, width: width)
      return reports.map(text.text).joined(separator: "\n")
    case .json:
      var text = ""
      JSONReport().write(reports) { text += $0 }
      return text
    case .yaml: return Output.text(of: Self.node(of: reports), as: .yaml)
    case .junit: return JUnitReport().text(of: reports)
    case .sarif:
      return Output.text(of: SARIFReport(version: Program.version).node(of: reports), as: .json)
    case .github: return reports.map { GitHubReport().text(of: $0) }.joined()
    case .gitlab: return Output.text(of: GitLabReport().node(of: reports), as: .json)
    case .markdown: return MarkdownReport().text(of: reports)
    case .prometheus:
      return PrometheusReport().text(of: reports, unreadable: answer.unreadable, now: Date())
    }
  }

  /// One report, or a list of several.
  private static func node(of reports: [Report]) -> Node {
    guard let report = reports.first, reports.count == 1 else {
      return Node(.sequence(reports.map(\.node)))
    }
    return report.node
  }
}
