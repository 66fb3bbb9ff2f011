// Trees in code read as they would in a manifest: `["kind": "Secret", "data": [:]]`.

extension Node: ExpressibleByStringLiteral {
  /// A string made in code.
  package init(stringLiteral value: String) { self.init(.string(value)) }
}

extension Node: ExpressibleByIntegerLiteral {
  /// An integer made in code.
  package init(integerLiteral value: Int64) { self.init(.integer(value)) }
}

extension Node: ExpressibleByFloatLiteral {
  /// A number made in code.
  package init(floatLiteral value: Double) { self.init(.number(value)) }
}

extension Node: ExpressibleByBooleanLiteral {
  /// A boolean made in code.
  package init(booleanLiteral value: Bool) { self.init(.boolean(value)) }
}

// Not `ExpressibleByNilLiteral`: a `nil` beside a node would be a null node, and not its absence.

extension Node {
  /// A null made in code.
  package static var null: Node { Node(.null) }
}

extension Node: ExpressibleByArrayLiteral {
  /// A sequence made in code.
  package init(arrayLiteral elements: Node...) { self.init(.sequence(elements)) }
}

extension Node: ExpressibleByDictionaryLiteral {
  /// A mapping made in code; of two equal keys the later value counts.
  package init(dictionaryLiteral elements: (String, Node)...) {
    self.init(.mapping(Mapping(elements)))
  }
}
