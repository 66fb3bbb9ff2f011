public import Git

/// The references that a remote says it has, at one moment.
///
/// gitprotocol-pack(5) "Reference Discovery"; gitprotocol-v2(5) `ls-refs`.
public struct ReferenceAdvertisement: Sendable, Hashable {
  /// Every advertised reference and the object it names, without peeled tags (`^{}`).
  public var references: [String: ObjectID]

  /// The branch that `HEAD` stands for, if the server says; it need not exist yet.
  public var head: String?

  /// What the server can do, as it wrote it: a name, or `name=value`.
  public var capabilities: [String]

  /// Joins the parts of an advertisement.
  public init(
    references: [String: ObjectID] = [:], head: String? = nil, capabilities: [String] = []
  ) {
    self.references = references
    self.head = head
    self.capabilities = capabilities
  }

  /// The object that a reference names, or `nil` when the remote has no such reference.
  public subscript(name: String) -> ObjectID? { references[name] }

  /// Whether the remote has no references at all.
  public var isEmpty: Bool { references.isEmpty }
}
