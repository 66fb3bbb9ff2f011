/// The required type of a field: how to read its value, and how to name the type in an error.
///
/// A reader of objects declares what it needs in one line, and an error names file, line, column,
/// field and the expected type:
///
/// ```swift
/// let url = try node.require(.nonEmptyString, at: "/spec/url", in: file.name)
/// let mode = try node.optional(.oneOf(["none", "all"]), at: "/spec/cleanup", in: file.name)
/// ```
package struct Shape<Value>: Sendable {
  /// The name of the type in a message: `a string`.
  package let name: String

  /// Whether a value of another type may be a secret, so that messages name only its kind.
  package let isSecret: Bool

  /// The value of a node, or `nil` if it has another type.
  package let read: @Sendable (Node) -> Value?

  package init(
    _ name: String, isSecret: Bool = false, read: @escaping @Sendable (Node) -> Value?
  ) {
    self.name = name
    self.isSecret = isSecret
    self.read = read
  }
}

extension Shape where Value == String {
  package static var string: Shape { Shape("a string") { $0.string } }

  package static var nonEmptyString: Shape {
    Shape("a string that is not empty") { $0.string.flatMap { $0.isEmpty ? nil : $0 } }
  }

  package static func oneOf(_ choices: [String]) -> Shape {
    Shape("one of " + choices.joined(separator: ", ")) { node in
      node.string.flatMap { choices.contains($0) ? $0 : nil }
    }
  }
}

extension Shape where Value == Int64 {
  package static var integer: Shape { Shape("an integer") { $0.integer } }
}

extension Shape where Value == Bool {
  package static var boolean: Shape { Shape("a boolean") { $0.boolean } }
}

extension Shape where Value == Mapping {
  package static var mapping: Shape { Shape("a mapping") { $0.mapping } }
}

extension Shape where Value == [Node] {
  package static var sequence: Shape { Shape("a list") { $0.sequence } }
}

extension Shape where Value == [String] {
  package static var strings: Shape {
    Shape("a list of strings") { node in
      guard let items = node.sequence else { return nil }
      let strings = items.compactMap(\.string)
      return strings.count == items.count ? strings : nil
    }
  }
}

extension Shape where Value == [String: String] {
  /// A mapping like labels and annotations.
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

extension Node {
  /// The value of a required field.
  ///
  /// - Throws: `missingField` at the nearest parent if the field is absent or null, `invalidField`
  ///   at the value if it has another type.
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
  /// - Throws: `invalidField` at the value if it has another type.
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

  /// Refuses unknown keys of a mapping, so that a misspelled key is not ignored.
  ///
  /// - Parameters:
  ///   - known: The allowed keys.
  ///   - pointer: The mapping; it may be missing.
  /// - Throws: `invalidField` at the first unknown key.
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

  /// The kind of value, with the value itself if it is short.
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
  /// A pointer in the notation of field paths: `spec.workloadGroups[0].id`.
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
