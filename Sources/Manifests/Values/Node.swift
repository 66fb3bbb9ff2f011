/// A value in a Kubernetes document, and where it stands in its file.
///
/// Two nodes are equal when their contents are; positions do not count. Mappings are equal when
/// they have equal values under the same keys, in any order.
package struct Node: Sendable {
  /// What a node holds: the values of JSON, with integers apart from other numbers.
  package enum Content: Sendable {
    /// Nothing: `null`, `~`, or no text at all.
    case null
    /// A truth value.
    case boolean(Bool)
    /// A whole number of 64 bits.
    case integer(Int64)
    /// A number that is no `Int64`: a fraction, or one too large for it.
    case number(Double)
    /// Text.
    case string(String)
    /// Values in order.
    case sequence([Node])
    /// Values under keys.
    case mapping(Mapping)
  }

  /// What the node holds.
  package var content: Content

  /// Where the node's text begins; for an alias, where the text that it stands for begins.
  package var position: Position

  /// A node with a content, at a position if it stands in a file.
  package init(_ content: Content, position: Position = .none) {
    self.content = content
    self.position = position
  }
}

extension Node {
  /// The text, if the node is a string.
  package var string: String? {
    if case .string(let value) = content { value } else { nil }
  }

  /// The number, if the node is an integer.
  package var integer: Int64? {
    if case .integer(let value) = content { value } else { nil }
  }

  /// The number, if the node is an integer or another number.
  package var number: Double? {
    switch content {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The truth value, if the node is a boolean.
  package var boolean: Bool? {
    if case .boolean(let value) = content { value } else { nil }
  }

  /// The items, if the node is a sequence.
  package var sequence: [Node]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// The entries, if the node is a mapping.
  package var mapping: Mapping? {
    if case .mapping(let mapping) = content { mapping } else { nil }
  }

  /// Whether the node is null.
  package var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The value under a key, if the node is a mapping that has it.
  package subscript(key: String) -> Node? { mapping?[key] }

  /// The item at an index from 0, if the node is a sequence that reaches so far.
  package subscript(index: Int) -> Node? {
    guard case .sequence(let items) = content, items.indices.contains(index) else { return nil }
    return items[index]
  }

  /// The kind of value, for messages: `a string`, `an integer`, `null`.
  package var kindDescription: String {
    switch content {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension Node: Hashable {
  /// Whether two nodes hold the same content, wherever they stand.
  package static func == (left: Node, right: Node) -> Bool { left.content == right.content }

  /// Hashes the content alone.
  package func hash(into hasher: inout Hasher) { hasher.combine(content) }
}

extension Node.Content: Hashable {
  /// Whether two contents are the same value of the same kind.
  ///
  /// Strings are compared by their bytes, as Kubernetes does; Swift alone would take a composed and
  /// a decomposed accent for the same text.
  package static func == (left: Node.Content, right: Node.Content) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)):
      left == right && left.utf8.elementsEqual(right.utf8)
    case (.sequence(let left), .sequence(let right)): left == right
    case (.mapping(let left), .mapping(let right)): left == right
    default: false
    }
  }

  /// Hashes the kind and the value.
  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .boolean(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .number(let value): hasher.combine(value)
    case .string(let value): hasher.combine(value)
    case .sequence(let items): hasher.combine(items)
    case .mapping(let mapping): hasher.combine(mapping)
    }
  }
}
