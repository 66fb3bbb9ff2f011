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

  /// Whether reports on several state stores can be told at once.
  var tellsOfSeveral: Bool {
    switch self {
    case .text, .json, .yaml, .github: true
    case .junit, .sarif, .prometheus: false
    }
  }

  /// The whole text of reports: a list only where there are several.
  func text(of reports: [Report], isColoured: Bool, isBrief: Bool) -> String {
    let list = Node(.sequence(reports.map(\.node)))
    switch self {
    case .json where reports.count > 1: return Printing.text(of: list, as: .json)
    case .yaml where reports.count > 1: return Printing.text(of: list, as: .yaml)
    default:
      let texts = reports.map { text(of: $0, isColoured: isColoured, isBrief: isBrief) }
      return texts.joined(separator: self == .text ? "\n" : "")
    }
  }

  /// The whole text of a report.
  private func text(of report: Report, isColoured: Bool, isBrief: Bool) -> String {
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
