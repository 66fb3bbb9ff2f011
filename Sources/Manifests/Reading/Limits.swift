/// Limits on a file, above which it is refused.
///
/// The files of a state store come from any pipeline. The defaults are far above what Kubernetes
/// accepts (an object of at most 1.5 MiB) and far below what would exhaust memory.
package struct Limits: Sendable, Hashable {
  /// The size of the file in bytes.
  package var bytes = 64 << 20

  /// The depth of nested sequences and mappings, with aliases expanded.
  package var depth = 128

  /// The number of values in a file, with aliases expanded; long text counts as one more for every 64
  /// bytes.
  package var nodes = 4_000_000

  /// The number of values that come from aliases.
  package var aliasedNodes = 100_000

  /// The number of documents in a file.
  package var documents = 100_000

  /// The length of one scalar in bytes.
  package var scalarBytes = 16 << 20

  /// The limits used unless others are given.
  package static let `default` = Limits()

  /// The default limits, to be changed one by one.
  package init() {}
}
