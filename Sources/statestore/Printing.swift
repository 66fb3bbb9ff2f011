import Foundation
import Landing
import Manifests
import Synchronization

/// Where results go: standard output for results, standard error for everything else.
enum Printing {
  /// Tells why a command ends without a result, and ends it with the exit status for that.
  ///
  /// - Parameters:
  ///   - error: What happened; an exit status alone was told of before.
  ///   - format: How the result would have been printed.
  ///   - status: Whether the command writes or checks.
  /// - Throws: `ExitStatus`.
  static func end(
    with error: any Error, as format: OutputFormat,
    _ status: KeyPath<Outcome.Meaning, Int32> = \.checkStatus
  ) throws -> Never {
    if let status = error as? ExitStatus { throw status }
    let failure = Failure(error)
    try self.failure(failure, as: format)
    throw ExitStatus(rawValue: failure.outcome.meaning[keyPath: status])
  }

  /// Prints a result in a format that programs read.
  static func result(_ value: some Encodable, as format: OutputFormat) throws {
    print(try text(of: value, as: format), terminator: "")
  }

  /// The text of a value as JSON or YAML, with a newline at its end.
  static func text(of value: some Encodable, as format: OutputFormat) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let file = try ManifestFile(parsing: Array(try encoder.encode(value)), name: "result")
    return file.documents.map { text(of: $0.root, as: format) }.joined()
  }

  /// The text of a tree as JSON or YAML, with a newline at its end.
  static func text(of node: Node, as format: OutputFormat) -> String {
    format == .yaml
      ? YAMLWriter().text(of: node) : JSONWriter(isIndented: true).text(of: node) + "\n"
  }

  /// Prints a result for a person.
  static func text(_ text: String) {
    print(visible(text), terminator: "")
  }

  /// A text that does nothing to a terminal: what moves its cursor, colours it or turns the
  /// direction of its lines is shown by its code point.
  static func visible(_ text: String) -> String { visible(text, withLines: true) }

  /// The same on one line.
  static func line(_ text: String) -> String { visible(text, withLines: false) }

  private static func visible(_ text: String, withLines: Bool) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch (scalar, scalar.properties.generalCategory) {
      case ("\n", _) where withLines, ("\t", _): shown.append(scalar)
      case (_, .control), (_, .format), (_, .lineSeparator), (_, .paragraphSeparator):
        shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }

  /// Hands over what was printed, so that whoever reads it does not wait for the end.
  ///
  /// - Returns: Whether all that was printed so far could be handed over.
  @discardableResult
  static func flush() -> Bool {
    isWhole.withLock { isWhole in
      isWhole = StandardStreams.flush() && isWhole
      return isWhole
    }
  }

  private static let isWhole = Mutex(true)

  /// Rows in columns that are as wide as their widest cell.
  static func table(_ rows: [[String]]) -> String {
    let rows = rows.map { $0.map(line) }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingCharacters(in: .whitespaces) + "\n"
    }.joined()
  }

  /// Tells why there is no result: a person on standard error, and a program in its place.
  static func failure(_ failure: Failure, as format: OutputFormat) throws {
    notice(failure.text)
    if format != .text { try result(failure.document, as: format) }
  }

  /// Tells a person something that is no result.
  static func notice(_ text: String) {
    StandardStreams.tell(visible(text) + "\n")
  }
}

/// Runs a command that checks; a failure is told, and ends with its status.
func tellingFailures(as format: OutputFormat, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch {
    try Printing.end(with: error, as: format)
  }
}
