/// How much a file may ask of its reader before it is refused.
///
/// A state store holds what anybody's pipeline wrote. The defaults are far above what Kubernetes
/// itself accepts (an object of at most 1.5 MiB) and far below what would hurt.
public struct Limits: Sendable, Hashable {
  /// The size of the file in bytes.
  public var bytes = 64 << 20

  /// How deep sequences and mappings may nest, aliases followed.
  public var depth = 128

  /// How many values a file may hold, aliases followed; long text counts as one more for every 64
  /// bytes.
  public var nodes = 4_000_000

  /// How many of those values aliases may bring in.
  public var aliasedNodes = 100_000

  /// The number of documents in a file.
  public var documents = 100_000

  /// The length of one scalar in bytes.
  public var scalarBytes = 16 << 20

  /// The limits that hold where nothing else is said.
  public static let `default` = Limits()

  /// The default limits, to be changed one by one.
  public init() {}
}
