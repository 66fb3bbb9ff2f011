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

  /// Writes reports on all state stores, piece by piece where they may be long.
  func write(
    _ reports: [Report], isColoured: Bool, isBrief: Bool, to write: (String) -> Void
  ) {
    guard self != .json else { return JSONReport().write(reports, to: write) }
    write(text(of: reports, isColoured: isColoured, isBrief: isBrief))
  }

  /// The whole text of reports on all state stores.
  func text(of reports: [Report], isColoured: Bool, isBrief: Bool) -> String {
    switch self {
    case .text:
      return reports.map { TextReport(isColoured: isColoured, isBrief: isBrief).text(of: $0) }
        .joined(separator: "\n")
    case .json:
      var text = ""
      JSONReport().write(reports) { text += $0 }
      return text
    case .yaml: return Printing.text(of: Self.node(of: reports), as: .yaml)
    case .junit: return JUnitReport().text(of: reports)
    case .sarif:
      let node = SARIFReport(version: Statestore.version).node(of: reports)
      return Printing.text(of: node, as: .json)
    case .github: return reports.map { GitHubReport().text(of: $0) }.joined()
    case .prometheus: return PrometheusReport().text(of: reports, now: Date())
    }
  }

  /// A list only where there are several.
  private static func node(of reports: [Report]) -> Node {
    guard let report = reports.first, reports.count == 1 else {
      return Node(.sequence(reports.map(\.node)))
    }
    return report.node
  }
}
