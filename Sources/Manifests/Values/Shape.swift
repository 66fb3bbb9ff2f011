/// What a field must be: how its value is read, and how to name it when it is something else.
///
/// A reader of objects says what it needs in one line, and a fault names file, line, column, field
/// and what was expected:
///
/// ```swift
/// let url = try node.require(.nonEmptyString, at: "/spec/url", in: file.name)
/// let mode = try node.optional(.oneOf(["none", "all"]), at: "/spec/cleanup", in: file.name)
/// ```
package struct Shape<Value>: Sendable {
  /// What the value is called in a message: `a string`.
  package let name: String

  /// Whether what stands in its place may be a secret, so that no message says more than its kind.
  package let isSecret: Bool

  /// The value that a node holds, or `nil` if it is of another shape.
  package let read: @Sendable (Node) -> Value?

  /// A shape of one's own.
  package init(
    _ name: String, isSecret: Bool = false, read: @escaping @Sendable (Node) -> Value?
  ) {
    self.name = name
    self.isSecret = isSecret
    self.read = read
  }
}

extension Shape where Value == String {
  /// Any text.
  package static var string: Shape { Shape("a string") { $0.string } }

  /// Text that is not empty.
  package static var nonEmptyString: Shape {
    Shape("a string that is not empty") { $0.string.flatMap { $0.isEmpty ? nil : $0 } }
  }

  /// One of these texts.
  package static func oneOf(_ choices: [String]) -> Shape {
    Shape("one of " + choices.joined(separator: ", ")) { node in
      node.string.flatMap { choices.contains($0) ? $0 : nil }
    }
  }
}

extension Shape where Value == Int64 {
  /// A whole number.
  package static var integer: Shape { Shape("an integer") { $0.integer } }
}

extension Shape where Value == Bool {
  /// A truth value.
  package static var boolean: Shape { Shape("a boolean") { $0.boolean } }
}

extension Shape where Value == Mapping {
  /// A mapping.
  package static var mapping: Shape { Shape("a mapping") { $0.mapping } }
}

extension Shape where Value == [Node] {
  /// A list of anything.
  package static var sequence: Shape { Shape("a list") { $0.sequence } }
}

extension Shape where Value == [String] {
  /// A list of texts.
  package static var strings: Shape {
    Shape("a list of strings") { node in
      guard let items = node.sequence else { return nil }
      let strings = items.compactMap(\.string)
      return strings.count == items.count ? strings : nil
    }
  }
}

extension Shape where Value == [String: String] {
  /// Texts under keys, as labels and annotations are.
  package static var stringMapping: Shape {
    Shape("a mapping of strings to strings") { node in
      guard let entries = node.mapping?.entries else { return nil }
      var strings: [String: String] = [:]
      for entry in entries {
        guard let value = entry.value.string else { return nil }
        strings[entry.key] = value
      }
      return strings
    }
  }
}

extension Shape where Value == Quantity {
  /// A Kubernetes quantity, quoted or bare.
  package static var quantity: Shape { Shape("a quantity such as 500m or 1Gi") { Quantity($0) } }
}

extension Node {
  /// The value of a field that must be there.
  ///
  /// - Throws: `missingField` at the nearest parent if the field is absent or null, `invalidField`
  ///   at the value if it is of another shape.
  package func require<Value>(
    _ shape: Shape<Value>, at pointer: String, in file: String
  ) throws(ManifestError) -> Value {
    if let value = try optional(shape, at: pointer, in: file) { return value }
    throw ManifestError(
      code: .missingField, file: file, position: nearestValue(at: pointer).position,
      message: "\(JSONPointer.path(pointer)) is missing; it must be \(shape.name)")
  }

  /// The value of a field that may be absent or null.
  ///
  /// - Throws: `invalidField` at the value if it is of another shape.
  package func optional<Value>(
    _ shape: Shape<Value>, at pointer: String, in file: String
  ) throws(ManifestError) -> Value? {
    guard let node = value(at: pointer), !node.isNull else { return nil }
    if let value = shape.read(node) { return value }
    let found = shape.isSecret ? node.kindDescription : node.summary
    throw ManifestError(
      code: .invalidField, file: file, position: node.position,
      message: "\(JSONPointer.path(pointer)) must be \(shape.name), not \(found)")
  }

  /// Refuses keys that a mapping must not have, so that a misspelt one is not passed over.
  ///
  /// - Parameters:
  ///   - known: The keys that it may have.
  ///   - pointer: The mapping; what is none, or is not there, has no keys.
  /// - Throws: `invalidField` at the first other key.
  package func refuseKeys(
    besides known: [String], at pointer: String, in file: String
  ) throws(ManifestError) {
    for entry in value(at: pointer)?.mapping?.entries ?? [] where !known.contains(entry.key) {
      throw ManifestError(
        code: .invalidField, file: file, position: entry.keyPosition,
        message: "\(JSONPointer.path(JSONPointer.appending(entry.key, to: pointer))) is unknown; "
          + "known here are \(known.joined(separator: ", "))")
    }
  }

  /// The kind of value, with the value itself where it is short.
  private var summary: String {
    switch content {
    case .string(let text) where text.isEmpty: "an empty string"
    case .string(let text) where text.utf8.count <= 40: "the string \"\(text)\""
    case .integer(let value): "the integer \(value)"
    case .boolean(let value): "the boolean \(value)"
    default: kindDescription
    }
  }
}

extension JSONPointer {
  /// A pointer as people write a field: `spec.workloadGroups[0].id`.
  package static func path(_ pointer: String) -> String {
    var path = ""
    for token in tokens(of: pointer) ?? [pointer] {
      if index(token) != nil {
        path += "[\(token)]"
      } else if token.isEmpty || token.contains(".") || token.contains("/") {
        path += "[\"\(token)\"]"
      } else {
        path += path.isEmpty ? token : ".\(token)"
      }
    }
    return path.isEmpty ? "the document" : path
  }
}
