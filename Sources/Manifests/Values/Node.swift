/// A value in a Kubernetes document, with its position in the file.
///
/// Two nodes are equal when their contents are, whatever their positions. Mappings are equal when
/// they have equal values under the same keys, in any order.
package struct Node: Sendable {
  /// The values of JSON, with integers distinguished from other numbers.
  package enum Content: Sendable {
    /// Nothing: `null`, `~`, or no text at all.
    case null
    case boolean(Bool)
    /// A whole number of 64 bits.
    case integer(Int64)
    /// Any other number: a fraction, or one too large for `Int64`.
    case number(Double)
    case string(String)
    case sequence([Node])
    case mapping(Mapping)
  }

  package var content: Content

  /// Where the node's text begins; for an alias, the text of its anchor.
  package var position: Position

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

  /// The boolean, if the node is a boolean.
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

  /// The item at an index, if the node is a sequence that has one.
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
  /// Whether two nodes have the same content, whatever their positions.
  package static func == (left: Node, right: Node) -> Bool { left.content == right.content }

  package func hash(into hasher: inout Hasher) { hasher.combine(content) }
}

extension Node.Content: Hashable {
  /// Whether two contents are the same value of the same kind.
  ///
  /// Strings are compared by their bytes, as in Kubernetes; to Swift alone a composed and a decomposed
  /// accent are equal.
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
