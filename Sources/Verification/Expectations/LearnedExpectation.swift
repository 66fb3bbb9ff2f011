internal import Kratix
internal import Manifests

/// An Expectation that was learned from samples: requests of one Promise, and what was made of them.
struct LearnedExpectation: Sendable {
  /// What is known of the requests.
  enum Knowledge {
    /// Their fields: what follows from them is learned too.
    case requests
    /// Names and namespaces. Values that differ between samples in the same way are taken to follow
    /// from one field.
    case names
  }

  /// The manifest, without remarks.
  let manifest: Node
  /// The fields of the requests, each with its values in the samples.
  let fields: [RequestField]
  /// Fields that are referred to, by their pointers.
  let referredFields: Set<String>
  /// The tables by their parameters, each with the field that it is looked up by.
  private let tables: [String: String]
  /// Fields that are taken as they are, so that a value that no sample has says nothing about others.
  let freeFields: Set<String>
  /// How many samples it rests on.
  let sampleCount: Int
  /// The name that all samples have; `nil` if they have several.
  let commonName: String?
  let commonNamespace: String?
  let knowledge: Knowledge

  /// Learns what samples have in common.
  ///
  /// - Parameters:
  ///   - support: How many samples must show a value that follows from a field.
  ///   - schema: The schema of the requests, for defaults.
  init(
    from samples: [Sample], promise: String, support: Int, impliesFields: Bool, schema: Node? = nil
  ) {
    knowledge = samples.allSatisfy { $0.request != nil } ? .requests : .names
    var merge = SampleMerge(samples, fields: RequestField.all(of: samples), support: support)
    var resources = merge.resources()
    if knowledge == .names, impliesFields {
      let implied = RequestField.implied(by: merge.unexplained)
      if !implied.isEmpty {
        merge = SampleMerge(samples, fields: implied, support: support)
        resources = merge.resources()
      }
    }
    let optional = merge.optional()
    let parameters = merge.parameters(with: schema)
    var spec = Mapping([("promise", Node(.string(promise)))])
    if !parameters.isEmpty { spec["parameters"] = Node(.sequence(parameters)) }
    spec["resources"] = Node(.sequence(resources))
    if !optional.isEmpty { spec["optional"] = Node(.sequence(optional)) }
    manifest = Node(
      .mapping([
        "apiVersion": Node(.string(Expectation.apiVersion)),
        "kind": Node(.string(Expectation.kind)),
        "metadata": Node(.mapping(["name": Node(.string(promise))])),
        "spec": Node(.mapping(spec)),
      ]))
    fields = merge.fields
    referredFields = Set(merge.fields.filter { merge.referred.contains($0.name) }.map(\.pointer))
    tables = merge.keys
    let keys = Set(merge.keys.values)
    freeFields = Set(
      merge.fields.filter { field in
        field.isOwn
          || field.isVaried && merge.referred.contains(field.name) && !keys.contains(field.name)
      }.map(\.pointer))
    sampleCount = samples.count
    let names = Set(samples.map(\.name))
    commonName = names.count == 1 ? names.first : nil
    let namespaces = Set(samples.map(\.namespace))
    commonNamespace = namespaces.count == 1 ? namespaces.first : nil
  }

  /// The manifest as YAML.
  var text: String { YAMLWriter().text(of: manifest) }

  /// Whether it expects no object.
  var isEmpty: Bool { manifest.value(at: "/spec/resources")?.sequence?.isEmpty ?? true }

  /// The expectation, with a position of its own for each value.
  var expectation: Expectation {
    get throws(ManifestError) {
      let file = try ManifestFile(parsing: text, name: "what was learned from other requests")
      guard let object = file.objects.first else {
        throw ManifestError(
          code: .missingField, file: file.name, position: nil, message: "nothing was learned")
      }
      return try Expectation(PlatformObject(object, file: file.name))
    }
  }

  /// The field of a request whose value none of the samples has, so that nothing tells what follows
  /// from it; `nil` if there is none.
  func unseenField(of request: Node) -> (path: String, value: Node)? {
    guard knowledge == .requests else { return nil }
    let known = Set(fields.map(\.pointer))
    let pointers =
      fields.map(\.pointer) + RequestField.pointers(in: request).filter { !known.contains($0) }
    for pointer in pointers where !freeFields.contains(pointer) {
      let value = request.value(at: pointer) ?? Node(.null)
      let isSeen = fields.contains { $0.pointer == pointer && $0.values.contains(value) }
      if !isSeen { return (JSONPointer.path(pointer), value) }
    }
    return nil
  }

  /// Tables that say nothing about a request: nothing else follows from their field, so that it may be
  /// so by coincidence, and fewer than two samples are like the request in all fields.
  func doubtfulTables(for request: Node) -> [String] {
    let judging = fields.filter { !freeFields.contains($0.pointer) }
    let alike = (0..<sampleCount).count { index in
      judging.allSatisfy { $0.values[index] == request.value(at: $0.pointer) ?? Node(.null) }
    }
    guard alike < 2 else { return [] }
    return tables.filter { _, key in tables.values.count { $0 == key } == 1 }.map(\.key)
  }
}
