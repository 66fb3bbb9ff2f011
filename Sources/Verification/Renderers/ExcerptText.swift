/// Lines of a file for a terminal, with a mark under the place that they are shown for.
struct ExcerptText {
  /// How wide lines may be; `nil` for any width.
  let width: Int?

  /// - Parameter style: Colours the mark.
  func lines(of excerpt: Excerpt, style: (String) -> String) -> [String] {
    // A service may have made it.
    let length = excerpt.lines.first { $0.number == excerpt.marked }?.text.count ?? 0
    let begin = min(max(0, excerpt.column - 1), length)
    let columns = begin..<(begin + min(max(0, excerpt.count), length - begin))
    let gutter = excerpt.lines.map { "\($0.number)".count }.max() ?? 0
    let room = width.map { max(20, $0 - gutter - 9) } ?? .max
    // A long line is cut so that the mark is seen.
    let start = columns.lowerBound > room - 10 ? columns.lowerBound - room / 2 : 0
    func cut(_ text: String) -> String {
      let rest = text.dropFirst(start)
      let shown = rest.count > room ? rest.prefix(room - 1) + "…" : rest
      return start > 0 && !shown.isEmpty ? "…" + shown.dropFirst() : String(shown)
    }
    return excerpt.lines.flatMap { line -> [String] in
      let number = String(repeating: " ", count: gutter - "\(line.number)".count) + "\(line.number)"
      let text = "      \(number) | \(cut(TextReport.plain(line.text)))"
      guard line.number == excerpt.marked, !columns.isEmpty else { return [text] }
      let (first, last) = (columns.lowerBound - start, columns.upperBound - start)
      let marks = String(repeating: "^", count: min(last, room) - first)
      let blank = String(repeating: " ", count: gutter)
      return [text, "      \(blank) | " + String(repeating: " ", count: first) + style(marks)]
    }
  }
}
