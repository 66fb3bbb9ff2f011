internal import Kratix
internal import Manifests

extension Expectation {
  /// What must be there for one request.
  ///
  /// - Throws: `ManifestError` when the request does not hold what a parameter is taken from, or
  ///   holds what no table has.
  func objects(
    for request: ResourceRequest, promise: String
  ) throws(ManifestError) -> [ExpectedObject] {
    try objects(with: ParameterValues(of: self, for: request, promise: promise))
  }

  /// What must be there for one request, as far as that is known: what follows from other parameters,
  /// from fields that the request does not have, and from values that no table has, is left out.
  func objects(
    for request: ResourceRequest, not unknown: [String]
  ) throws(ManifestError) -> [ExpectedObject] {
    var fields: [String: Node] = [:]
    for parameter in parameters {
      guard case .field(let pointer, _) = parameter.source else { continue }
      fields[parameter.name] = request.node.value(at: pointer).flatMap { $0.isNull ? nil : $0 }
    }
    var values = ParameterValues(
      of: self, name: request.name, namespace: request.namespace, promise: promise, choices: fields)
    for name in unknown { values.forget(name) }
    return try objects(with: values)
  }

  /// What must be there, as far as the values of parameters are known.
  func objects(with values: ParameterValues) throws(ManifestError) -> [ExpectedObject] {
    var objects: [ExpectedObject] = []
    for (index, object) in (resources + optional).enumerated() {
      var lookups: [Position: ExpectedObject.Lookup] = [:]
      guard let node = try values.replaceReferences(in: object, noting: &lookups),
        let identity = ObjectIdentity(node), !identity.name.isEmpty
      else { continue }
      objects.append(
        ExpectedObject(
          identity: identity, node: node, lookups: lookups, isOptional: index >= resources.count,
          isNamespaceKnown: identity.namespace != nil || object["metadata"]?["namespace"] == nil))
    }
    return objects
  }
}

/// What an expectation's parameters come to for one request.
struct ParameterValues {
  private let file: String
  /// Parameters without a value here are not known.
  private var values: [String: Node]
  private var defaults: [String: Node] = [:]
  private var lookups: [String: ExpectedObject.Lookup] = [:]

  init(
    of expectation: Expectation, for request: ResourceRequest, promise: String
  ) throws(ManifestError) {
    file = expectation.file
    values = [
      "name": Node(.string(request.name)), "namespace": Node(.string(request.namespace)),
      "promise": Node(.string(promise)),
    ]
    for parameter in expectation.parameters {
      switch parameter.source {
      case .field(let pointer, let fallback):
        let given = request.node.value(at: pointer).flatMap { $0.isNull ? nil : $0 }
        guard let value = given ?? fallback else {
          throw ManifestError(
            code: .missingField, file: request.file,
            position: request.node.nearestValue(at: pointer).position,
            message: "\(JSONPointer.path(pointer)) is missing, and the Expectation "
              + "\(expectation.name) has no default for it")
        }
        values[parameter.name] = value
        defaults[parameter.name] = fallback
      case .table(let key, let table):
        try look(up: key, in: table, for: parameter.name, of: expectation, request: request)
      }
    }
  }

  /// What is known where the request is not: its name, and what the choices give.
  ///
  /// - Parameters:
  ///   - namespace: The request's namespace, where it is known.
  ///   - choices: Values of parameters that tables are looked up by.
  init(
    of expectation: Expectation, name: String, namespace: String?, promise: String,
    choices: [String: Node]
  ) {
    file = expectation.file
    values = ["name": Node(.string(name)), "promise": Node(.string(promise))]
    values["namespace"] = namespace.map { Node(.string($0)) }
    for parameter in expectation.parameters {
      switch parameter.source {
      case .field: values[parameter.name] = choices[parameter.name]
      case .table(let key, let table):
        let value = choices[key]?.scalarText.flatMap { table[$0] }
        values[parameter.name] = value
        if let value, let key = choices[key] {
          lookups[parameter.name] = ExpectedObject.Lookup(
            parameter: parameter.name, key: key, defaultKey: nil, defaultValue: value)
        }
      }
    }
  }

  private mutating func look(
    up key: String, in table: Mapping, for name: String, of expectation: Expectation,
    request: ResourceRequest
  ) throws(ManifestError) {
    let keyNode = values[key] ?? Node(.null)
    guard let text = keyNode.scalarText, let value = table[text] else {
      throw ManifestError(
        code: .invalidField, file: request.file,
        position: keyNode.position == .none ? nil : keyNode.position,
        message: "\(key) \"\(keyNode.scalarText ?? keyNode.kindDescription)\" is not in the table "
          + "of \(name) in the Expectation \(expectation.name); there are "
          + table.keys.joined(separator: ", "))
    }
    values[name] = value
    let fallback = defaults[key]
    lookups[name] = ExpectedObject.Lookup(
      parameter: key, key: keyNode, defaultKey: fallback,
      defaultValue: fallback?.scalarText.flatMap { table[$0] })
  }

  /// The value with its references replaced, each at the place of its reference.
  ///
  /// `nil` where it depends on a parameter that is not known.
  func replaceReferences(
    in node: Node, noting lookups: inout [Position: ExpectedObject.Lookup]
  ) throws(ManifestError) -> Node? {
    switch node.content {
    case .string(let text):
      guard text.utf8.contains(UInt8(ascii: "$")) else { return node }
      let parts = ReferenceText(text).parts
      for case .reference(let name) in parts {
        guard values[name] != nil else { return nil }
        lookups[node.position] = self.lookups[name] ?? lookups[node.position]
      }
      return try Node(content(of: parts, at: node.position), position: node.position)
    case .sequence(let items):
      var replaced: [Node] = []
      for item in items {
        // Without one of its items a list could not be told from a shorter one.
        guard let item = try replaceReferences(in: item, noting: &lookups) else { return nil }
        replaced.append(item)
      }
      return Node(.sequence(replaced), position: node.position)
    case .mapping(let mapping):
      var replaced = mapping
      for entry in mapping.entries {
        let value = try replaceReferences(in: entry.value, noting: &lookups)
        // An unknown value of a named item says nothing of the item.
        replaced[entry.key] = value
      }
      return Node(.mapping(replaced), position: node.position)
    default:
      return node
    }
  }

  /// A scalar that is one reference keeps the parameter's type; all else is text.
  private func content(
    of parts: [ReferenceText.Part], at position: Position
  ) throws(ManifestError) -> Node.Content {
    if case .reference(let name)? = parts.first, parts.count == 1, let value = values[name] {
      return value.content
    }
    var text = ""
    for part in parts {
      switch part {
      case .text(let plain): text += plain
      case .reference(let name):
        guard let value = values[name]?.scalarText else {
          throw ManifestError(
            code: .invalidField, file: file, position: position,
            message: "$(\(name)) is no scalar and cannot be part of a text")
        }
        text += value
      }
    }
    return .string(text)
  }
}

extension ParameterValues {
  /// Takes a parameter for one whose value is not known.
  mutating func forget(_ name: String) { values[name] = nil }

  /// Takes the values of parameters that are not known from the name of an object that landed: where
  /// the name that is expected of the first object of that kind has one such parameter.
  mutating func take(fromNamesOf landed: [ObjectIdentity], expecting objects: [Node]) {
    for object in objects {
      guard let expected = ObjectIdentity(object) else { continue }
      let parts = ReferenceText(expected.name).parts.map { part in
        guard case .reference(let name) = part, let text = values[name]?.scalarText else {
          return part
        }
        return ReferenceText.Part.text(text)
      }
      let unknown = parts.compactMap { part in
        if case .reference(let name) = part { name } else { nil }
      }
      guard unknown.count == 1, let place = parts.firstIndex(of: .reference(unknown[0])) else {
        continue
      }
      let prefix = parts[..<place].map(\.plain).joined()
      let suffix = parts[(place + 1)...].map(\.plain).joined()
      let found = landed.lazy.filter {
        $0.kind == expected.kind && $0.group == expected.group
      }.compactMap { $0.name.between(prefix, suffix) }.first
      if let found { values[unknown[0]] = Node(.string(found)) }
    }
  }
}

extension ReferenceText.Part {
  fileprivate var plain: String { if case .text(let text) = self { text } else { "" } }
}

extension String {
  /// What is between a prefix and a suffix; `nil` if it is nothing.
  fileprivate func between(_ prefix: String, _ suffix: String) -> String? {
    let bytes = utf8
    guard bytes.count > prefix.utf8.count + suffix.utf8.count, bytes.starts(with: prefix.utf8),
      bytes.reversed().starts(with: suffix.utf8.reversed())
    else { return nil }
    return String(bytes.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count))
  }
}

extension Node {
  /// A scalar as text; `nil` for null, lists and mappings.
  var scalarText: String? {
    switch content {
    case .string(let text): text
    case .integer(let value): String(value)
    case .boolean(let value): value ? "true" : "false"
    case .number(let value): String(value)
    case .null, .sequence, .mapping: nil
    }
  }
}
