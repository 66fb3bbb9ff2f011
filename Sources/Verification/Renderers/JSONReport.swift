internal import Manifests

/// Reports as JSON, piece by piece: of a hundred thousand resources no tree is built as a whole.
package struct JSONReport: Sendable {
  /// Writes no report yet.
  package init() {}

  /// Writes one report as a mapping, several as a list of them, and a newline at the end.
  ///
  /// - Parameter write: Takes the pieces, one after another.
  package func write(_ reports: [Report], to write: (String) -> Void) {
    guard reports.count != 1 else {
      Self.write(reports[0], depth: 0, to: write)
      return write("\n")
    }
    write("[")
    for (index, report) in reports.enumerated() {
      write(index == 0 ? "\n  " : ",\n  ")
      Self.write(report, depth: 1, to: write)
    }
    write(reports.isEmpty ? "]\n" : "\n]\n")
  }

  private static func write(_ report: Report, depth: Int, to write: (String) -> Void) {
    let writer = JSONWriter(isIndented: true)
    let indent = String(repeating: "  ", count: depth + 1)
    let resources = report.resources
    var frame = report
    frame.resources = []
    let text = writer.text(of: frame.node, depth: depth)
    // At this depth no other line begins so.
    let place = "\n\(indent)\"resources\": []"
    guard !resources.isEmpty, let range = text.firstRange(of: place) else { return write(text) }
    write(text[..<range.lowerBound] + "\n\(indent)\"resources\": [")
    for (index, resource) in resources.enumerated() {
      let start = index == 0 ? "\n\(indent)  " : ",\n\(indent)  "
      write(start + writer.text(of: resource.node, depth: depth + 2))
    }
    write("\n\(indent)]" + text[range.upperBound...])
  }
}
