import Foundation
package import Landing
package import Manifests
import Synchronization

/// Prints results to standard output, and everything else to standard error.
package enum Output {
  /// Prints a result as JSON or YAML.
  package static func result(_ value: some Encodable, as format: OutputFormat) throws {
    print(try text(of: value, as: format), terminator: "")
  }

  /// The JSON or YAML of a value, with a newline at its end.
  static func text(of value: some Encodable, as format: OutputFormat) throws -> String {
    text(of: try Node(encoding: value), as: format)
  }

  /// The JSON or YAML of a node, with a newline at its end.
  package static func text(of node: Node, as format: OutputFormat) -> String {
    format == .yaml
      ? YAMLWriter().text(of: node) : JSONWriter(isIndented: true).text(of: node) + "\n"
  }

  /// Prints a result for a person.
  package static func text(_ text: String) {
    print(TerminalText.visible(text), terminator: "")
  }

  /// Prints a message for a person to standard error.
  package static func notice(_ text: String) {
    StandardStreams.writeError(TerminalText.visible(text) + "\n")
  }

  /// Prints why a command failed, and the command to type next where that is known.
  package static func failures(_ failures: [LandingError]) {
    for failure in failures { notice(failure.description) }
    let next = Set(failures.compactMap { NextCommand().text(after: $0) })
    for command in next.sorted() { notice("  next: \(command)") }
  }

  /// Flushes standard output, so that its reader does not have to wait for the end of the process.
  ///
  /// - Returns: Whether everything that was printed so far could be written.
  @discardableResult
  package static func flush() -> Bool {
    isComplete.withLock { isComplete in
      isComplete = StandardStreams.flush() && isComplete
      return isComplete
    }
  }

  private static let isComplete = Mutex(true)
}
