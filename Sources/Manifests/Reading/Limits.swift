/// How much a file may ask of its reader before it is refused.
///
/// A state store holds what anybody's pipeline wrote. The defaults are far above what Kubernetes
/// itself accepts (an object of at most 1.5 MiB) and far below what would hurt.
package struct Limits: Sendable, Hashable {
  /// The size of the file in bytes.
  package var bytes = 64 << 20

  /// How deep sequences and mappings may nest, aliases followed.
  package var depth = 128

  /// How many values a file may hold, aliases followed; long text counts as one more for every 64
  /// bytes.
  package var nodes = 4_000_000

  /// How many of those values aliases may bring in.
  package var aliasedNodes = 100_000

  /// The number of documents in a file.
  package var documents = 100_000

  /// The length of one scalar in bytes.
  package var scalarBytes = 16 << 20

  /// The limits that hold where nothing else is said.
  package static let `default` = Limits()

  /// The default limits, to be changed one by one.
  package init() {}
}
