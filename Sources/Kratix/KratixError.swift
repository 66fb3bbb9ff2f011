/// Why something cannot be laid out or scheduled as Kratix would.
package struct KratixError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is; each is an outcome of the same name.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// The pipeline's output, its metadata or a request cannot be used as it is.
    case invalidInput = "invalid-input"
    /// A state store, Destination, Promise or Secret is described wrongly, or is not there.
    case invalidConfiguration = "invalid-configuration"
    /// A path would leave its directory, or is not safe to write.
    case unsafePath = "unsafe-path"
    /// Two placements claim one path.
    case pathConflict = "path-conflict"
    /// The pipeline rendered nothing.
    case emptyOutput = "empty-output"
    /// No Destination matches the selectors.
    case noDestination = "no-destination"
  }

  /// What kind of failure it is.
  package let code: Code
  /// What is wrong, where, and what to do.
  package let message: String

  /// Puts an error together.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  package var description: String { message }
}
