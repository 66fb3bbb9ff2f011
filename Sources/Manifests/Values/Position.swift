/// A place in the text of a file: line and column, both counted from 1, as editors count them.
///
/// A column is a Unicode scalar. A line ends where YAML 1.1 says it ends: `\n`, `\r\n`, `\r`, and
/// the rare U+0085, U+2028 and U+2029.
package struct Position: Sendable, Hashable {
  // Two halves of a word: a tree holds one for every node and every key.
  private let storedLine: UInt32
  private let storedColumn: UInt32

  /// The line, from 1; 0 for a node that was made in code.
  package var line: Int { Int(storedLine) }

  /// The column, from 1; 0 for a node that was made in code.
  package var column: Int { Int(storedColumn) }

  /// The position of nodes that were made in code and stand in no file.
  package static let none = Position(line: 0, column: 0)

  /// The place at a line and a column.
  package init(line: Int, column: Int) {
    storedLine = UInt32(clamping: line)
    storedColumn = UInt32(clamping: column)
  }
}

extension Position: Comparable {
  /// Orders positions as they follow each other in a file.
  package static func < (left: Position, right: Position) -> Bool {
    (left.storedLine, left.storedColumn) < (right.storedLine, right.storedColumn)
  }
}

extension Position: CustomStringConvertible {
  /// The position as compilers print it: `line:column`.
  package var description: String { "\(line):\(column)" }
}
