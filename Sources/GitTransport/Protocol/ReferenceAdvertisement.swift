package import Git

/// The references of a remote at one moment.
///
/// gitprotocol-pack(5) "Reference Discovery"; gitprotocol-v2(5) `ls-refs`.
package struct ReferenceAdvertisement: Sendable, Hashable {
  /// Every advertised reference and the object it names, without peeled tags (`^{}`).
  package var references: [ReferenceName: ObjectID]

  /// The branch of `HEAD`, if the server says; it may not exist yet.
  package var head: String?

  /// The capabilities of the server, each a name or `name=value`.
  package var capabilities: [String]

  package init(
    references: [ReferenceName: ObjectID] = [:], head: String? = nil, capabilities: [String] = []
  ) {
    self.references = references
    self.head = head
    self.capabilities = capabilities
  }

  /// The object that a reference names, or `nil` when the remote has no such reference.
  package subscript(name: String) -> ObjectID? { references[ReferenceName(name)] }

  /// Whether the remote has no references at all.
  package var isEmpty: Bool { references.isEmpty }
}

/// The full name of a reference, such as `refs/heads/main`, compared by its bytes as Git does.
///
/// Names that are equal to Swift may be two branches: `é` as one code point, and as two.
package struct ReferenceName: Sendable, Hashable, ExpressibleByStringLiteral {
  package let text: String

  package init(_ text: String) { self.text = text }

  package init(stringLiteral text: String) { self.text = text }

  package static func == (left: ReferenceName, right: ReferenceName) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
