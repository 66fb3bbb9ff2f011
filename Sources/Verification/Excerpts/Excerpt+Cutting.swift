extension Excerpt {
  /// How large a file may be of which lines are shown.
  static let mostBytes = 1 << 20

  /// - Parameters:
  ///   - shown: The lines of the file as they may be shown.
  ///   - context: How many lines are shown before and after the one that the finding is about.
  /// - Returns: `nil` if the file has no such line.
  init?(of finding: Finding, in shown: [String], context: Int) {
    guard let number = finding.line, shown.indices.contains(number - 1) else { return nil }
    let first = max(0, number - 1 - context)
    let last = min(shown.count - 1, number - 1 + context)
    let around = (first...last).map { Line(number: $0 + 1, text: shown[$0]) }
    let lines = Array(
      around.drop { $0.number < number && $0.isBlank }.reversed()
        .drop { $0.number > number && $0.isBlank }.reversed())
    let columns = Self.columns(from: finding.column ?? 1, of: shown[number - 1])
    self.init(
      lines: lines, marked: number, column: columns.lowerBound + 1, count: columns.count)
  }

  /// From a column to the end of the line, without blanks at the ends and a comment.
  private static func columns(from column: Int, of line: String) -> Range<Int> {
    guard !line.contains(Redaction.redacted) else { return 0..<0 }
    let characters = Array(line)
    let blank = characters.prefix { $0 == " " || $0 == "-" }.count
    let start = max(column - 1, column <= 1 ? blank : 0)
    var end = characters.count
    if let comment = line.firstRange(of: " #") {
      end = line.distance(from: line.startIndex, to: comment.lowerBound)
    }
    while end > 0, end <= characters.count, characters[end - 1].isWhitespace { end -= 1 }
    return start < end ? start..<end : 0..<0
  }
}

extension Excerpt.Line {
  fileprivate var isBlank: Bool { text.allSatisfy(\.isWhitespace) }
}
