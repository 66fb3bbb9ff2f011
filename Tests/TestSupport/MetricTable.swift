import Foundation

/// The metrics that `docs/metrics.md` lists.
package struct MetricTable: Sendable {
  /// A row of the table.
  package struct Row: Sendable, Hashable {
    package var type: String
    package var labels: Set<String>
    package var writers: Set<String>
  }

  package let rows: [String: Row]

  /// Reads the table of the checkout.
  package init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/metrics.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    var rows: [String: Row] = [:]
    for line in lines where line.hasPrefix("| `") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
        .map { $0.trimmingCharacters(in: .whitespaces) }
      func words(_ cell: String) -> Set<String> {
        Set(cell.split(separator: ",").map { $0.trimmingCharacters(in: ["`", " "]) })
      }
      rows[cells[0].trimmingCharacters(in: ["`"])] = Row(
        type: cells[1], labels: words(cells[2]), writers: words(cells[3]))
    }
    self.rows = rows
  }

  /// The names of the time series of a row: a histogram has three.
  package func series(of name: String) -> [String] {
    rows[name]?.type == "histogram"
      ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name]
  }

  /// Where a text of metrics differs from what the table says of its writer; empty if nowhere.
  ///
  /// - Parameter writer: `verify`, `serve` or `watch`.
  package func differences(from text: String, by writer: String) -> [String] {
    var found: [String] = []
    var written: Set<String> = []
    var owners: [String: String] = [:]
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# TYPE ") {
        let words = line.split(separator: " ").map(String.init)
        written.insert(words[2])
        guard let row = rows[words[2]], row.writers.contains(writer) else {
          found.append("\(words[2]) is not in docs/metrics.md for \(writer)")
          continue
        }
        if row.type != words[3] { found.append("\(words[2]) is a \(words[3])") }
        for name in series(of: words[2]) { owners[name] = words[2] }
      } else if !line.hasPrefix("#") {
        let name = String(line.prefix { $0 != "{" && $0 != " " })
        let labels = Set(line.matches(of: /[{,]([a-z_]+)="/).map { String($0.output.1) })
        let known = owners[name].flatMap { rows[$0]?.labels } ?? []
        let others = labels.subtracting(known).subtracting(["le"])
        if !others.isEmpty { found.append("\(name) has the labels \(others.sorted())") }
      }
    }
    let expected = rows.filter { $0.value.writers.contains(writer) }.keys
    let missing = Set(expected).subtracting(written)
    return found + missing.sorted().map { "\($0) is not written by \(writer)" }
  }
}
