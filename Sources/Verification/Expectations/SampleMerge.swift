internal import Manifests

/// What several samples have in common, with references where values follow from their requests.
///
/// A value is learned if it is the same in all samples, if it is a name or a field of the request, alone
/// or in a text, or if it is the same in all samples with the same value of one field: then it becomes a
/// table. Everything else is left out.
struct SampleMerge {
  let fields: [RequestField]
  private let samples: [Sample]
  /// How many samples must show a value of a table.
  private let support: Int
  private let parameters: [SampleText.Parameter]
  /// The objects of each sample by what tells which of several samples are the same.
  private var objects: [[(key: ObjectName, node: Node)]] = []
  private(set) var referred: Set<String> = []
  private var tables: [Table] = []
  /// Values that differ and follow from nothing that is known.
  private(set) var unexplained: [[Node]] = []

  private struct Table {
    let name: String
    let field: RequestField
    let values: [Node]
  }

  init(_ samples: [Sample], fields: [RequestField], support: Int) {
    self.samples = samples
    self.fields = fields
    self.support = support
    let names = samples.map(\.name)
    let namespaces = samples.map(\.namespace)
    parameters =
      [
        SampleText.Parameter(name: "name", texts: names, isVaried: Set(names).count > 1),
        SampleText.Parameter(
          name: "namespace", texts: namespaces, isVaried: Set(namespaces).count > 1),
      ]
      + fields.compactMap { field in
        // A value that is the same in all samples may be in a text by coincidence.
        let texts = field.values.compactMap(\.scalarText)
        guard field.isVaried, texts.count == field.values.count, !texts.contains("") else {
          return nil
        }
        return SampleText.Parameter(name: field.name, texts: texts, isVaried: true)
      }
    objects = samples.indices.map { index in
      samples[index].objects.map { (key(of: $0, in: index), $0) }
    }
  }

  /// The tables by their names, each with the name of the field that it is looked up by.
  var keys: [String: String] {
    Dictionary(tables.map { ($0.name, $0.field.name) }) { first, _ in first }
  }
}

// MARK: - Objects

extension SampleMerge {
  /// The objects that every sample has.
  mutating func resources() -> [Node] {
    (objects.first ?? []).compactMap { own in
      let counterparts = objects.compactMap { $0.first { $0.key == own.key }?.node }
      guard counterparts.count == samples.count else { return nil }
      return merged(counterparts, key: "")
    }.filter { ObjectIdentity($0)?.name.isEmpty == false }
  }

  /// The objects that some of the samples have: their kinds and names alone.
  func optional() -> [Node] {
    var known: Set<ObjectName> = []
    return samples.indices.flatMap { index in
      objects[index].compactMap { key, object -> Node? in
        guard known.insert(key).inserted,
          !objects.allSatisfy({ $0.contains { $0.key == key } }),
          let apiVersion = object["apiVersion"], let kind = object["kind"],
          let name = name(of: object, in: index)
        else { return nil }
        let metadata = Mapping([("name", Node(.string(name)))])
        return Node(
          .mapping(["apiVersion": apiVersion, "kind": kind, "metadata": Node(.mapping(metadata))]))
      }
    }
  }

  /// What tells which objects of several samples are the same: kind, and name with references.
  private func key(of object: Node, in index: Int) -> ObjectName {
    let name = name(of: object, in: index) ?? ""
    return ObjectName(
      ObjectIdentity(
        apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "",
        name: name))
  }

  private func name(of object: Node, in index: Int) -> String? {
    guard let name = object.value(at: "/metadata/name")?.string else { return nil }
    let own = parameters.map { parameter in
      SampleText.Parameter(
        name: parameter.name, texts: [parameter.texts[index]], isVaried: parameter.isVaried)
    }
    return SampleText([name], key: "name").template(with: own)
  }
}

// MARK: - Values

extension SampleMerge {
  private mutating func merged(_ nodes: [Node], key: String) -> Node? {
    guard let first = nodes.first else { return nil }
    if let field = field(with: nodes, at: key) {
      referred.insert(field.name)
      return Node(.string("$(\(field.name))"))
    }
    if nodes.allSatisfy({ $0.mapping != nil }) { return mergedMapping(nodes) }
    if nodes.allSatisfy({ $0.sequence != nil }) { return mergedSequence(nodes, key: key) }
    let texts = nodes.compactMap(\.string)
    if texts.count == nodes.count, let text = template(texts, key: key) {
      return Node(.string(text))
    }
    if nodes.allSatisfy({ $0 == first }) { return Node(first.content) }
    return looked(nodes, key: key)
  }

  private mutating func mergedMapping(_ nodes: [Node]) -> Node? {
    let pairs = (nodes[0].mapping?.entries ?? []).compactMap { entry -> (String, Node)? in
      let values = nodes.compactMap { $0[entry.key] }
      // A reference in a key would be read as one.
      guard values.count == nodes.count, ReferenceText(entry.key).references.isEmpty else {
        return nil
      }
      return merged(values, key: entry.key).map { (entry.key, $0) }
    }
    return Node(.mapping(Mapping(pairs)))
  }

  /// Lists of named things are merged by name, and others item by item.
  private mutating func mergedSequence(_ nodes: [Node], key: String) -> Node? {
    let lists = nodes.compactMap(\.sequence)
    if let mergeKey = MergeKey.of(field: key, items: lists[0]) {
      let items = lists[0].compactMap { item -> Node? in
        let counterparts = lists.compactMap { list in list.first { mergeKey.matches(item, $0) } }
        guard counterparts.count == lists.count else { return nil }
        return merged(counterparts, key: "")
      }
      // Items can only be found by their names.
      return MergeKey.of(field: key, items: items) == nil ? nil : Node(.sequence(items))
    }
    guard lists.allSatisfy({ $0.count == lists[0].count }) else { return nil }
    let items = lists[0].indices.compactMap { index in merged(lists.map { $0[index] }, key: "") }
    return items.count == lists[0].count ? Node(.sequence(items)) : nil
  }

  private mutating func template(_ texts: [String], key: String) -> String? {
    guard let text = SampleText(texts, key: key).template(with: parameters) else { return nil }
    referred.formUnion(ReferenceText(text).references)
    return text
  }

  /// The field that a value is taken from: one that differs like it, or a text of some length, or
  /// something under its own name.
  private func field(with nodes: [Node], at key: String) -> RequestField? {
    // Where all samples have the request's name, it is the name and no field that is like it.
    guard !nodes.indices.allSatisfy({ nodes[$0].string == samples[$0].name }) else { return nil }
    return fields.first { field in
      field.values == nodes
        && (field.isVaried || field.name == key && !nodes[0].isNull
          || (nodes[0].string.map { $0.utf8.count > 2 } ?? false))
    }
  }

  /// A value that differs becomes a table of the field that it follows; of several fields, the one
  /// with the fewest values.
  private mutating func looked(_ nodes: [Node], key: String) -> Node? {
    guard nodes.allSatisfy({ $0.scalarText != nil }) else { return nil }
    let possible = fields.filter { field in
      let pairs = Dictionary(grouping: zip(field.values, nodes)) { $0.0 }
      return pairs.count > 1 && pairs.keys.allSatisfy { $0.scalarText != nil }
        && pairs.values.allSatisfy { Set($0.map(\.1)).count == 1 }
    }
    let counts = possible.map { Set($0.values).count }
    guard let least = counts.min(), let index = counts.firstIndex(of: least) else {
      unexplained.append(nodes)
      return nil
    }
    let field = possible[index]
    referred.insert(field.name)
    if let known = tables.first(where: { $0.field.name == field.name && $0.values == nodes }) {
      return Node(.string("$(\(known.name))"))
    }
    let taken = Set(tables.map(\.name) + fields.map(\.name) + Expectation.givenParameters)
    let letters = key.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    let base = letters.isEmpty ? "value" : letters
    let name = ([base] + (2...999).map { "\(base)-\($0)" }).first { !taken.contains($0) } ?? base
    tables.append(Table(name: name, field: field, values: nodes))
    return Node(.string("$(\(name))"))
  }
}

// MARK: - Parameters

extension SampleMerge {
  /// The parameters that are referred to, tables after what they are looked up by.
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
      let pairs = zip(table.field.values, table.values).compactMap {
        key, value -> (String, Node)? in
        guard table.field.values.count(where: { $0 == key }) >= support else { return nil }
        return key.scalarText.map { ($0, Node(value.content)) }
      }
      return Node(
        .mapping([
          "name": Node(.string(table.name)), "lookup": Node(.string(table.field.name)),
          "values": Node(.mapping(Mapping(pairs))),
        ]))
    }
    return plain + looked
  }
}
