internal import Manifests

/// A field of the requests' spec, a scalar or a list, and its value in each sample.
struct RequestField: Sendable {
  let name: String
  let pointer: String
  /// Null where a request does not have it.
  let values: [Node]

  /// Whether the samples show more than one value.
  var isVaried: Bool { Set(values).count > 1 }

  /// Whether each sample has a value of its own, as with names and descriptions.
  var isOwn: Bool { values.count > 2 && Set(values).count == values.count }

  /// The fields that any of the requests has.
  static func all(of samples: [Sample]) -> [RequestField] {
    guard samples.allSatisfy({ $0.request != nil }) else { return [] }
    var names = Set(Expectation.givenParameters)
    var pointers: [String] = []
    for sample in samples {
      for pointer in Self.pointers(in: sample.request) where !pointers.contains(pointer) {
        pointers.append(pointer)
      }
    }
    return pointers.compactMap { pointer in
      let tokens = JSONPointer.tokens(of: pointer) ?? []
      // A path with dots cannot be told from two steps.
      guard !tokens.contains(where: { $0.contains(".") || Int($0) != nil }) else { return nil }
      let short = tokens.last ?? ""
      let name = names.contains(short) ? tokens.dropFirst().joined(separator: "-") : short
      guard !name.isEmpty, names.insert(name).inserted else { return nil }
      return RequestField(
        name: name, pointer: pointer,
        values: samples.map { $0.request?.value(at: pointer) ?? Node(.null) })
    }
  }

  /// Where the fields of a request's spec are.
  static func pointers(in request: Node?) -> [String] {
    request?["spec"].map { leaves(of: $0, at: "/spec") } ?? []
  }

  private static func leaves(of node: Node, at pointer: String) -> [String] {
    guard let mapping = node.mapping else { return node.isNull ? [] : [pointer] }
    return mapping.entries.flatMap { entry in
      leaves(of: entry.value, at: JSONPointer.appending(entry.key, to: pointer))
    }
  }
}

extension RequestField {
  /// Fields that samples must have had if their requests are not known: values that differ between
  /// samples in the same way follow from one field.
  ///
  /// - Parameter values: Values that differ, each in all samples.
  static func implied(by values: [[Node]]) -> [RequestField] {
    var groups: [[Int]: Int] = [:]
    for values in values { groups[partition(values), default: 0] += 1 }
    let shared = groups.filter { partition, count in
      count > 1 && Set(partition).allSatisfy { label in partition.count { $0 == label } > 1 }
    }
    return shared.keys.sorted { $0.lexicographicallyPrecedes($1) }.enumerated().map {
      number, labels in
      RequestField(
        name: "variant\(number + 1)", pointer: "/spec/variant\(number + 1)",
        values: labels.map { Node(.string("v\($0)")) })
    }
  }

  /// Which values are equal: for each the place of the first one like it.
  private static func partition(_ values: [Node]) -> [Int] {
    var first: [Node: Int] = [:]
    return values.enumerated().map { index, value in
      if let known = first[value] { return known }
      first[value] = index
      return index
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
