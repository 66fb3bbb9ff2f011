/// A position in the text of a file: line and column, both counted from 1 as in editors.
///
/// A column is a Unicode scalar. The line breaks are those of YAML 1.1: `\n`, `\r\n`, `\r`, and the
/// rare U+0085, U+2028 and U+2029.
package struct Position: Sendable, Hashable {
  // 32 bits each, because a tree has a position for every node and every key.
  private let storedLine: UInt32
  private let storedColumn: UInt32

  /// The line, from 1; 0 for a node that was made in code.
  package var line: Int { Int(storedLine) }

  /// The column, from 1; 0 for a node that was made in code.
  package var column: Int { Int(storedColumn) }

  /// The position of nodes that were made in code.
  package static let none = Position(line: 0, column: 0)

  package init(line: Int, column: Int) {
    storedLine = UInt32(clamping: line)
    storedColumn = UInt32(clamping: column)
  }
}

extension Position: Comparable {
  /// Orders positions as in the file.
  package static func < (left: Position, right: Position) -> Bool {
    (left.storedLine, left.storedColumn) < (right.storedLine, right.storedColumn)
  }
}

extension Position: CustomStringConvertible {
  /// The position as compilers print it: `line:column`.
  package var description: String { "\(line):\(column)" }
}
