package import Kratix
package import Manifests

/// A first Expectation, written from output that is known to be good.
///
/// The request's name, namespace and fields become references where they stand in the output.
/// Several samples, a request of each size with its output, show which values follow which field:
/// those become tables.
package struct ExpectationDraft: Sendable {
  /// A request, and what the pipeline made of it.
  package struct Sample: Sendable {
    /// The request, with the defaults of its Promise.
    package let request: ResourceRequest
    /// The objects that were rendered for it.
    package let objects: [ManifestObject]

    /// Puts a sample together.
    package init(request: ResourceRequest, objects: [ManifestObject]) {
      self.request = request
      self.objects = objects
    }
  }

  /// The manifest as YAML, with a newline at its end.
  package let text: String

  /// Writes an Expectation.
  ///
  /// - Parameters:
  ///   - samples: One or more; the first says which objects there are.
  ///   - promise: The Promise's name.
  ///   - schema: The schema of its requests, where it is known.
  package init(samples: [Sample], promise: String, schema: Node?) {
    var merge = SampleMerge(samples: samples, fields: RequestField.all(of: samples))
    let resources = merge.resources()
    let used = merge.parameters(with: schema)
    var spec = Mapping([("promise", Node(.string(promise)))])
    if !used.isEmpty { spec["parameters"] = Node(.sequence(used)) }
    spec["resources"] = Node(.sequence(resources))
    let manifest = Mapping([
      ("apiVersion", Node(.string(Expectation.apiVersion))),
      ("kind", Node(.string(Expectation.kind))),
      ("metadata", Node(.mapping(["name": Node(.string(promise))]))),
      ("spec", Node(.mapping(spec))),
    ])
    let remarks = Self.remarks(on: merge, schema: schema)
    text = remarks.map { "# \($0)\n" }.joined() + YAMLWriter().text(of: Node(.mapping(manifest)))
  }

  /// What a person has to see to: choices of the request of which only one was shown.
  private static func remarks(on merge: SampleMerge, schema: Node?) -> [String] {
    merge.fields.compactMap { field in
      let choices = schema?.property(at: field.pointer)?["enum"]?.sequence ?? []
      guard choices.count > Set(field.values).count, !merge.isReferred(to: field) else {
        return nil
      }
      let names = choices.compactMap(\.scalarText).joined(separator: ", ")
      return "\(JSONPointer.path(field.pointer)) can be \(names): give a --rendered and a "
        + "--request for each, or write a table for what follows it."
    }
  }
}

/// A scalar field of the requests' spec, and its value in each sample.
struct RequestField {
  let name: String
  let pointer: String
  let values: [Node]

  static func all(of samples: [ExpectationDraft.Sample]) -> [RequestField] {
    guard let first = samples.first else { return [] }
    var names: Set<String> = Set(Expectation.givenParameters)
    return leaves(of: first.request.node["spec"] ?? Node(.null), at: "/spec").compactMap {
      pointer in
      let values = samples.map { $0.request.node.value(at: pointer) ?? Node(.null) }
      let tokens = JSONPointer.tokens(of: pointer) ?? []
      // A path with dots cannot be told from two steps.
      guard !tokens.contains(where: { $0.contains(".") || Int($0) != nil }) else { return nil }
      let short = tokens.last ?? ""
      let name = names.contains(short) ? tokens.dropFirst().joined(separator: "-") : short
      guard !name.isEmpty, names.insert(name).inserted else { return nil }
      return RequestField(name: name, pointer: pointer, values: values)
    }
  }

  private static func leaves(of node: Node, at pointer: String) -> [String] {
    guard let mapping = node.mapping else { return node.scalarText == nil ? [] : [pointer] }
    return mapping.entries.flatMap { entry in
      leaves(of: entry.value, at: JSONPointer.appending(entry.key, to: pointer))
    }
  }
}

extension Node {
  /// The schema of a field, where this is the schema of the whole.
  func property(at pointer: String) -> Node? {
    (JSONPointer.tokens(of: pointer) ?? []).reduce(self as Node?) { schema, token in
      schema?["properties"]?[token]
    }
  }
}
