/// Lines fitted to the width of a terminal.
enum WrappedText {
  /// Breaks a line at blanks; a longer word stays whole.
  ///
  /// - Parameters:
  ///   - width: `nil` for any width.
  ///   - indentation: That of the lines after the first.
  static func lines(of line: String, width: Int?, indentation: Int) -> [String] {
    guard let width, visibleCount(of: line) > width else { return [line] }
    let blank = String(repeating: " ", count: indentation)
    var lines: [String] = []
    var current = ""
    for (index, word) in line.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      let longer = current + (index == 0 ? "" : " ") + word
      let holdsWords = current.contains { $0 != " " }
      if !word.isEmpty, holdsWords, visibleCount(of: longer) > width {
        lines.append(current)
        current = blank + word
      } else {
        current = longer
      }
    }
    return lines + [current]
  }

  /// Without the codes that colour words.
  private static func visibleCount(of text: some StringProtocol) -> Int {
    var count = 0
    var isCode = false
    for character in text {
      if character == "\u{1b}" { isCode = true }
      if !isCode { count += 1 }
      if isCode, character == "m" { isCode = false }
    }
    return count
  }
}
