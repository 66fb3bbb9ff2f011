/// Lines of a file, one of them marked, for the part `lines` of pages.
package struct MarkedLines: Sendable, Hashable {
  package struct Line: Sendable, Hashable {
    /// The number and the text.
    package let text: String
    package let isMarked: Bool
  }

  /// The file and the number of the marked line.
  package let place: String
  package let lines: [Line]

  /// - Parameters:
  ///   - lines: The lines with their numbers, in order.
  ///   - marked: The number of the line to mark.
  ///   - place: What they are called.
  package init(_ lines: [(number: Int, text: String)], marked: Int, of place: String) {
    self.place = place
    let width = "\(lines.last?.number ?? 0)".count
    self.lines = lines.map { line in
      let isMarked = line.number == marked
      let number = String(repeating: " ", count: width - "\(line.number)".count) + "\(line.number)"
      return Line(text: "\(isMarked ? ">" : " ") \(number)  \(line.text)", isMarked: isMarked)
    }
  }
}
