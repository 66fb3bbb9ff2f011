import ArgumentParser
import Foundation
import Manifests
import Verification

/// How a report is printed, each form for a reader of its own.
enum VerifyFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
  case yaml
  case junit
  case sarif
  case github
  case prometheus

  /// The form in which the same reader is told that there is no report.
  var ofFailures: OutputFormat {
    switch self {
    case .json: .json
    case .yaml: .yaml
    default: .text
    }
  }

  /// The whole text of a report.
  func text(of report: Report, isColoured: Bool, isBrief: Bool) -> String {
    switch self {
    case .text: TextReport(isColoured: isColoured, isBrief: isBrief).text(of: report)
    case .json: Printing.text(of: report.node, as: .json)
    case .yaml: Printing.text(of: report.node, as: .yaml)
    case .junit: JUnitReport().text(of: report)
    case .sarif:
      Printing.text(of: SARIFReport(version: Statestore.version).node(of: report), as: .json)
    case .github: GitHubReport().text(of: report)
    case .prometheus: PrometheusReport().text(of: report, now: Date())
    }
  }
}
