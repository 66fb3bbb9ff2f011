internal import Kratix
internal import Manifests

/// What several samples have in common, with references where they follow their requests.
struct SampleMerge {
  let fields: [RequestField]
  private let samples: [ExpectationDraft.Sample]
  private var referred: Set<String> = []
  private var tables: [(name: String, field: RequestField, values: [Node])] = []

  init(samples: [ExpectationDraft.Sample], fields: [RequestField]) {
    self.samples = samples
    self.fields = fields
  }

  /// Whether anything follows a field.
  func isReferred(to field: RequestField) -> Bool { referred.contains(field.name) }

  /// The objects that every sample has.
  mutating func resources() -> [Node] {
    let templates = samples.map { sample in
      sample.objects.map { SampleTemplate(request: sample.request).object($0) }
    }
    return (templates.first ?? []).compactMap { own in
      let counterparts = templates.dropFirst().compactMap { objects in
        objects.first { $0.isSame(as: own) }
      }
      guard counterparts.count == samples.count - 1 else { return nil }
      return merged([own] + counterparts, key: "")
    }
  }

  /// The parameters that are referred to, tables behind what they are looked up by.
  func parameters(with schema: Node?) -> [Node] {
    let plain = fields.filter { referred.contains($0.name) }.map { field in
      var parameter = Mapping([
        ("name", Node(.string(field.name))),
        ("from", Node(.string(JSONPointer.path(field.pointer)))),
      ])
      parameter["default"] = schema?.property(at: field.pointer)?["default"]
      return Node(.mapping(parameter))
    }
    let looked = tables.map { table in
      let pairs = zip(table.field.values, table.values).compactMap { key, value in
        key.scalarText.map { ($0, value) }
      }
      return Node(
        .mapping([
          "name": Node(.string(table.name)), "lookup": Node(.string(table.field.name)),
          "values": Node(.mapping(Mapping(pairs))),
        ]))
    }
    return plain + looked
  }

  private mutating func merged(_ nodes: [Node], key: String) -> Node? {
    guard let first = nodes.first else { return nil }
    if let field = field(with: nodes, at: key) {
      referred.insert(field.name)
      return Node(.string("$(\(field.name))"))
    }
    if nodes.allSatisfy({ $0 == first }), first.mapping == nil, first.sequence == nil {
      return first
    }
    if let mapping = first.mapping {
      let pairs = mapping.entries.compactMap { entry -> (String, Node)? in
        let values = nodes.compactMap { $0[entry.key] }
        guard values.count == nodes.count else { return nil }
        return merged(values, key: entry.key).map { (entry.key, $0) }
      }
      return Node(.mapping(Mapping(pairs)))
    }
    if let items = first.sequence {
      guard nodes.allSatisfy({ $0.sequence?.count == items.count }) else { return nil }
      let shared = items.indices.compactMap { index in
        merged(nodes.compactMap { $0[index] }, key: key)
      }
      return shared.count == items.count ? Node(.sequence(shared)) : nil
    }
    return looked(nodes, key: key)
  }

  /// The field that a value is taken from: a text of some length, or a number under its own name.
  private func field(with nodes: [Node], at key: String) -> RequestField? {
    // Where all samples have the request's name, it is the name and no field that is like it.
    guard Set(nodes).count > 1 || nodes.first?.string?.contains("$(") != true else { return nil }
    let rendered = nodes.enumerated().map { index, node in
      node.string.map { text in
        Node(.string(text.replacing("$(name)", with: samples[index].request.name)))
      } ?? node
    }
    return fields.first { field in
      guard field.values == rendered, let first = rendered.first else { return false }
      return first.string.map { $0.count > 2 } ?? (field.name == key && first.scalarText != nil)
    }
  }

  /// A value that differs becomes a table of the field that it follows.
  private mutating func looked(_ nodes: [Node], key: String) -> Node? {
    let follows = fields.first { field in
      let pairs = Dictionary(grouping: zip(field.values, nodes)) { $0.0 }
      return pairs.count > 1 && pairs.keys.allSatisfy { $0.scalarText != nil }
        && pairs.values.allSatisfy { Set($0.map(\.1)).count == 1 }
    }
    guard let follows, nodes.allSatisfy({ $0.scalarText != nil }) else { return nil }
    referred.insert(follows.name)
    if let known = tables.first(where: { $0.field.name == follows.name && $0.values == nodes }) {
      return Node(.string("$(\(known.name))"))
    }
    let taken = Set(tables.map(\.name) + fields.map(\.name) + Expectation.givenParameters)
    let letters = key.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    let base = letters.isEmpty ? "value" : letters
    let name = ([base] + (2...99).map { "\(base)-\($0)" }).first { !taken.contains($0) } ?? base
    tables.append((name, follows, nodes))
    return Node(.string("$(\(name))"))
  }
}

extension Node {
  fileprivate func isSame(as other: Node) -> Bool {
    ObjectIdentity(self) == ObjectIdentity(other)
  }
}
