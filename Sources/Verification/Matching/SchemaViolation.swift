internal import Manifests

/// One thing that an OpenAPI schema holds against a value.
struct SchemaViolation {
  /// Where: a JSON pointer from the value that was checked.
  let pointer: String
  let position: Position
  /// What the schema takes there.
  let expected: String
  /// What is there; `nil` for nothing.
  let actual: Node?
  /// Whether the API server takes the value and drops this field of it.
  let isDropped: Bool
}

/// What a Promise's schema holds against a request, as the API server would
/// (Kubernetes, "Extend the Kubernetes API with CustomResourceDefinitions", structural schemas).
///
/// Formats and rules in CEL are not judged.
struct SchemaCheck {
  private(set) var violations: [SchemaViolation] = []

  /// Checks an object; what Kubernetes itself gives every object is left alone.
  init(_ object: Node, by schema: Node) {
    var fields = object.mapping ?? Mapping()
    for key in ["apiVersion", "kind", "metadata", "status"] { fields[key] = nil }
    check(Node(.mapping(fields), position: object.position), by: schema, at: "")
  }

  private mutating func check(_ node: Node, by schema: Node, at pointer: String) {
    if node.isNull, schema["nullable"]?.boolean == true { return }
    guard hasType(node, of: schema) else {
      return report(node, at: pointer, expected: schema.typeText)
    }
    if let choices = schema["enum"]?.sequence, !choices.contains(node) {
      let texts = choices.map { $0.scalarText ?? JSONWriter().text(of: $0) }
      report(node, at: pointer, expected: "one of " + texts.joined(separator: ", "))
    }
    switch node.content {
    case .string(let text): check(text, of: node, by: schema, at: pointer)
    case .integer, .number: checkNumber(node, by: schema, at: pointer)
    case .sequence(let items): check(items, of: node, by: schema, at: pointer)
    case .mapping(let fields): check(fields, of: node, by: schema, at: pointer)
    case .boolean, .null: break
    }
    checkCombinations(node, by: schema, at: pointer)
  }

  private mutating func check(
    _ text: String, of node: Node, by schema: Node, at pointer: String
  ) {
    // Kubernetes counts characters, not bytes.
    let length = Int64(text.unicodeScalars.count)
    if let least = schema["minLength"]?.integer, length < least {
      report(node, at: pointer, expected: "\(least) characters or more")
    }
    if let most = schema["maxLength"]?.integer, length > most {
      report(node, at: pointer, expected: "\(most) characters or fewer")
    }
    if let pattern = schema["pattern"]?.string, SchemaPattern(pattern)?.matches(text) == false {
      report(node, at: pointer, expected: "text that matches \(pattern)")
    }
  }

  private mutating func checkNumber(_ node: Node, by schema: Node, at pointer: String) {
    guard let value = node.number else { return }
    if let least = schema["minimum"], let bound = least.number {
      let isExclusive = schema["exclusiveMinimum"]?.boolean == true
      if value < bound || isExclusive && value == bound {
        let text = least.scalarText ?? ""
        report(node, at: pointer, expected: isExclusive ? "more than \(text)" : "\(text) or more")
      }
    }
    if let most = schema["maximum"], let bound = most.number {
      let isExclusive = schema["exclusiveMaximum"]?.boolean == true
      if value > bound || isExclusive && value == bound {
        let text = most.scalarText ?? ""
        report(node, at: pointer, expected: isExclusive ? "less than \(text)" : "\(text) or less")
      }
    }
    if let step = schema["multipleOf"]?.number, step > 0,
      value.remainder(dividingBy: step) != 0
    {
      report(node, at: pointer, expected: "a multiple of \(schema["multipleOf"]?.scalarText ?? "")")
    }
  }

  private mutating func check(
    _ items: [Node], of node: Node, by schema: Node, at pointer: String
  ) {
    let count = Int64(items.count)
    if let least = schema["minItems"]?.integer, count < least {
      report(node, at: pointer, expected: "\(least) items or more")
    }
    if let most = schema["maxItems"]?.integer, count > most {
      report(node, at: pointer, expected: "\(most) items or fewer")
    }
    if schema["uniqueItems"]?.boolean == true, Set(items).count < items.count {
      report(node, at: pointer, expected: "items that differ")
    }
    guard let itemSchema = schema["items"], itemSchema.mapping != nil else { return }
    for (index, item) in items.enumerated() {
      check(item, by: itemSchema, at: JSONPointer.appending(index, to: pointer))
    }
  }

  private mutating func check(
    _ fields: Mapping, of node: Node, by schema: Node, at pointer: String
  ) {
    for name in (schema["required"]?.sequence ?? []).compactMap(\.string)
    where fields.entry(name) == nil {
      report(
        nil, at: JSONPointer.appending(name, to: pointer), expected: "a value: it is required",
        position: node.position)
    }
    if let least = schema["minProperties"]?.integer, Int64(fields.count) < least {
      report(node, at: pointer, expected: "\(least) fields or more")
    }
    if let most = schema["maxProperties"]?.integer, Int64(fields.count) > most {
      report(node, at: pointer, expected: "\(most) fields or fewer")
    }
    let properties = schema["properties"]?.mapping
    for entry in fields.entries {
      let place = JSONPointer.appending(entry.key, to: pointer)
      if let property = properties?[entry.key] {
        check(entry.value, by: property, at: place)
      } else if let others = schema["additionalProperties"], others.boolean != false {
        if others.mapping != nil { check(entry.value, by: others, at: place) }
      } else if schema["x-kubernetes-preserve-unknown-fields"]?.boolean != true {
        drop(entry, at: place, known: properties)
      }
    }
  }

  private mutating func checkCombinations(_ node: Node, by schema: Node, at pointer: String) {
    for part in schema["allOf"]?.sequence ?? [] { check(node, by: part.asPart, at: pointer) }
    func matching(_ key: String) -> Int? {
      schema[key]?.sequence.map { parts in
        parts.count { part in
          var trial = SchemaCheck(empty: ())
          trial.check(node, by: part.asPart, at: "")
          return trial.violations.isEmpty
        }
      }
    }
    if matching("anyOf") == 0 {
      report(node, at: pointer, expected: "a value that one of the schema's anyOf takes")
    }
    if let count = matching("oneOf"), count != 1 {
      report(node, at: pointer, expected: "a value that just one of the schema's oneOf takes")
    }
    if let refused = schema["not"], refused.mapping != nil {
      var trial = SchemaCheck(empty: ())
      trial.check(node, by: refused.asPart, at: "")
      if trial.violations.isEmpty {
        report(node, at: pointer, expected: "a value that the schema's not does not take")
      }
    }
  }

  private init(empty: Void) {}

  private func hasType(_ node: Node, of schema: Node) -> Bool {
    if schema["x-kubernetes-int-or-string"]?.boolean == true {
      return node.integer != nil || node.string != nil
    }
    return switch schema["type"]?.string {
    case "object": node.mapping != nil
    case "array": node.sequence != nil
    case "string": node.string != nil
    case "integer": node.integer != nil
    case "number": node.number != nil
    case "boolean": node.boolean != nil
    default: true
    }
  }

  private mutating func report(
    _ node: Node?, at pointer: String, expected: String, position: Position? = nil
  ) {
    violations.append(
      SchemaViolation(
        pointer: pointer, position: position ?? node?.position ?? .none, expected: expected,
        actual: node, isDropped: false))
  }

  private mutating func drop(_ entry: Mapping.Entry, at pointer: String, known: Mapping?) {
    let names = known.map { $0.keys.sorted().joined(separator: ", ") } ?? ""
    violations.append(
      SchemaViolation(
        pointer: pointer, position: entry.keyPosition,
        expected: names.isEmpty ? "no field of that name" : "one of the fields \(names)",
        actual: entry.value, isDropped: true))
  }
}

extension Node {
  fileprivate var typeText: String {
    if self["x-kubernetes-int-or-string"]?.boolean == true { return "an integer or a string" }
    return switch self["type"]?.string {
    case "object": "a mapping"
    case "array": "a list"
    case "integer": "an integer"
    case let type?: "a \(type)"
    case nil: "another value"
    }
  }

  /// A schema inside allOf, anyOf, oneOf or not: it names no fields of its own to keep.
  fileprivate var asPart: Node {
    guard var fields = mapping else { return self }
    fields["x-kubernetes-preserve-unknown-fields"] = Node(.boolean(true))
    return Node(.mapping(fields), position: position)
  }
}
