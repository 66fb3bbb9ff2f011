/// A password, token or private key: kept out of every description, log line, error and dump.
///
/// Only `GitTransport` can read it back. White space at the end is dropped when the value is made,
/// because a Kubernetes Secret written with `echo` ends in a line feed that no server accepts.
package struct Secret: Sendable, Hashable {
  /// The value itself; it goes to a server or into a file that only this user can read.
  let revealed: String

  /// Keeps a value, without the white space at its end.
  package init(_ value: String) {
    var kept = value.unicodeScalars
    while let last = kept.last, last.properties.isWhitespace { kept.removeLast() }
    self.revealed = String(kept)
  }

  /// Whether nothing is left of the value after its trailing white space was dropped.
  package var isEmpty: Bool { revealed.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `(redacted)`.
  package var description: String { "(redacted)" }

  /// Always `(redacted)`.
  package var debugDescription: String { "(redacted)" }

  /// A mirror without children, so that `dump` shows nothing either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
