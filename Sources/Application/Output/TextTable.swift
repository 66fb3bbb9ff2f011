import Foundation

/// Rows in columns that are as wide as their widest cell.
package enum TextTable {
  /// - Parameters:
  ///   - width: How wide lines may be; `nil` for any width.
  ///   - shortened: The columns whose cells are cut to that end, the first one first.
  package static func text(
    of rows: [[String]], width: Int? = nil, shortening shortened: [Int] = []
  ) -> String {
    let rows = rows.map { $0.map(TerminalText.line) }
    let columns = rows.map(\.count).max() ?? 0
    var widths = (0..<columns).map { column in
      rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    if let width {
      for column in shortened where widths.indices.contains(column) {
        let excess = widths.reduce(2 * (columns - 1), +) - width
        if excess > 0 {
          widths[column] = max(min(leastWidth, widths[column]), widths[column] - excess)
        }
      }
    }
    return rows.map { row in
      zip(row, widths).map { cut($0, to: $1).padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingCharacters(in: .whitespaces) + "\n"
    }.joined()
  }

  private static let leastWidth = 9

  /// A cell without its middle: what tells names apart is at their ends.
  private static func cut(_ cell: String, to width: Int) -> String {
    guard cell.count > width else { return cell }
    let kept = width - 1
    return cell.prefix(kept - kept / 2) + "…" + cell.suffix(kept / 2)
  }
}
