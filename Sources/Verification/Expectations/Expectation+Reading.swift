package import Kratix
package import Manifests

extension Expectation {
  /// Reads an `Expectation` manifest.
  ///
  /// - Throws: `ManifestError` with line and column: for unknown keys, for references to
  ///   parameters that are not there, and for objects without a name.
  package init(_ object: PlatformObject) throws(ManifestError) {
    let reader = ExpectationReader(root: object.node, file: object.file)
    try reader.checkHead()
    let parameters = try reader.parameters()
    self.init(
      name: try object.node.require(.nonEmptyString, at: "/metadata/name", in: object.file),
      promise: try object.node.require(.nonEmptyString, at: "/spec/promise", in: object.file),
      file: object.file, manifest: object.node, parameters: parameters,
      resources: try reader.resources(knowing: parameters.map(\.name)),
      optional: try reader.optional(knowing: parameters.map(\.name)),
      optionalPipelines: try reader.optionalPipelines())
  }
}

private struct ExpectationReader {
  let root: Node
  let file: String

  func checkHead() throws(ManifestError) {
    _ = try root.require(.oneOf([Expectation.apiVersion]), at: "/apiVersion", in: file)
    _ = try root.require(.oneOf([Expectation.kind]), at: "/kind", in: file)
    try root.refuseKeys(besides: ["apiVersion", "kind", "metadata", "spec"], at: "", in: file)
    _ = try root.require(.mapping, at: "/spec", in: file)
    try root.refuseKeys(
      besides: ["promise", "parameters", "resources", "optional", "optionalPipelines"], at: "/spec",
      in: file)
  }

  func optionalPipelines() throws(ManifestError) -> Set<String> {
    let items = try root.optional(.sequence, at: "/spec/optionalPipelines", in: file) ?? []
    var names: Set<String> = []
    for index in items.indices {
      names.insert(
        try root.require(.objectName, at: "/spec/optionalPipelines/\(index)", in: file))
    }
    return names
  }

  func parameters() throws(ManifestError) -> [Expectation.Parameter] {
    let items = try root.optional(.sequence, at: "/spec/parameters", in: file) ?? []
    var parameters: [Expectation.Parameter] = []
    for index in items.indices {
      let known = Expectation.givenParameters + parameters.map(\.name)
      parameters.append(try parameter(at: "/spec/parameters/\(index)", knowing: known))
    }
    return parameters
  }

  private func parameter(
    at pointer: String, knowing known: [String]
  ) throws(ManifestError) -> Expectation.Parameter {
    let node = try root.require(
      Shape("a mapping") { $0.mapping == nil ? nil : $0 }, at: pointer, in: file)
    let name = try root.require(.parameterName, at: pointer + "/name", in: file)
    guard !known.contains(name) else {
      throw fault(
        .invalidField, at: pointer + "/name", "there is a parameter \(name) already; name it anew")
    }
    let isTable = node["lookup"] != nil || node["values"] != nil
    try root.refuseKeys(
      besides: isTable ? ["name", "lookup", "values"] : ["name", "from", "default"], at: pointer,
      in: file)
    return Expectation.Parameter(
      name: name,
      source: isTable ? try table(at: pointer, knowing: known) : try field(at: pointer),
      position: node.position)
  }

  private func field(at pointer: String) throws(ManifestError) -> Expectation.Parameter.Source {
    let path = try root.require(.nonEmptyString, at: pointer + "/from", in: file)
    let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ !$0.isEmpty }) else {
      throw fault(
        .invalidField, at: pointer + "/from",
        "\(path) is no path to a field; write it as in spec.size")
    }
    return .field(
      pointer: names.reduce("") { JSONPointer.appending($1, to: $0) },
      default: root.value(at: pointer + "/default"))
  }

  private func table(
    at pointer: String, knowing known: [String]
  ) throws(ManifestError) -> Expectation.Parameter.Source {
    let parameter = try root.require(.nonEmptyString, at: pointer + "/lookup", in: file)
    guard known.contains(parameter) else {
      throw fault(
        .invalidField, at: pointer + "/lookup",
        "there is no parameter \(parameter) before this one; there are "
          + known.joined(separator: ", "))
    }
    return .table(
      parameter: parameter, values: try root.require(.mapping, at: pointer + "/values", in: file))
  }

  func resources(knowing parameters: [String]) throws(ManifestError) -> [Node] {
    let items = try root.require(.sequence, at: "/spec/resources", in: file)
    return try checked(items, at: "/spec/resources", knowing: parameters)
  }

  func optional(knowing parameters: [String]) throws(ManifestError) -> [Node] {
    let items = try root.optional(.sequence, at: "/spec/optional", in: file) ?? []
    return try checked(items, at: "/spec/optional", knowing: parameters)
  }

  private func checked(
    _ items: [Node], at list: String, knowing parameters: [String]
  ) throws(ManifestError) -> [Node] {
    let known = Expectation.givenParameters + parameters
    for (index, item) in items.enumerated() {
      let pointer = "\(list)/\(index)"
      for field in ["/apiVersion", "/kind", "/metadata/name"] {
        _ = try root.require(.nonEmptyString, at: pointer + field, in: file)
      }
      try checkReferences(in: item, knowing: known)
    }
    return items
  }

  private func checkReferences(in node: Node, knowing known: [String]) throws(ManifestError) {
    switch node.content {
    case .string(let text):
      for name in ReferenceText(text).references where !known.contains(name) {
        throw ManifestError(
          code: .invalidField, file: file, position: node.position,
          message: "$(\(name)) names no parameter; there are \(known.joined(separator: ", ")); "
            + "write $$(\(name)) for the text itself")
      }
    case .sequence(let items):
      for item in items { try checkReferences(in: item, knowing: known) }
    case .mapping(let mapping):
      for entry in mapping.entries {
        if let name = ReferenceText(entry.key).references.first {
          throw ManifestError(
            code: .invalidField, file: file, position: entry.keyPosition,
            message: "$(\(name)) is in a key, where nothing is replaced; references work in "
              + "values")
        }
        try checkReferences(in: entry.value, knowing: known)
      }
    default: break
    }
  }

  private func fault(
    _ code: ManifestError.Code, at pointer: String, _ message: String
  ) -> ManifestError {
    ManifestError(
      code: code, file: file, position: root.nearestValue(at: pointer).position, message: message)
  }
}

extension Shape where Value == String {
  /// A name that stands in a reference.
  fileprivate static var parameterName: Shape {
    Shape("a name of letters, digits, '-', '_' and '.'") { node in
      node.string.flatMap { name in
        !name.isEmpty
          && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
          ? name : nil
      }
    }
  }
}
