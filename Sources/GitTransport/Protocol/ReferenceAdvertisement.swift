package import Git

/// The references that a remote says it has, at one moment.
///
/// gitprotocol-pack(5) "Reference Discovery"; gitprotocol-v2(5) `ls-refs`.
package struct ReferenceAdvertisement: Sendable, Hashable {
  /// Every advertised reference and the object it names, without peeled tags (`^{}`).
  package var references: [ReferenceName: ObjectID]

  /// The branch that `HEAD` stands for, if the server says; it need not exist yet.
  package var head: String?

  /// What the server can do, as it wrote it: a name, or `name=value`.
  package var capabilities: [String]

  /// Joins the parts of an advertisement.
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
/// Two names may be equal to Swift and be two branches: `é` in one code point, and in two.
package struct ReferenceName: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The name.
  package let text: String

  /// A name.
  package init(_ text: String) { self.text = text }

  /// A name that is known.
  package init(stringLiteral text: String) { self.text = text }

  /// Whether the bytes are the same.
  package static func == (left: ReferenceName, right: ReferenceName) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  /// Hashes the bytes.
  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
