/// A password, token or private key that never appears in a description, log line, error or dump.
///
/// Only what sends the value to a server, or signs with it, reads it: `GitTransport`, `KubernetesAPI`
/// and `Signing`. White space at the end is dropped, because a Kubernetes Secret written with `echo` ends in a line feed that no server accepts.
package struct Secret: Sendable, Hashable {
  /// The value, for the server or a file that only this user can read.
  package let revealed: String

  package init(_ value: String) {
    var kept = value.unicodeScalars
    while let last = kept.last, last.properties.isWhitespace { kept.removeLast() }
    self.revealed = String(kept)
  }

  /// Whether the value is empty or only white space.
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
