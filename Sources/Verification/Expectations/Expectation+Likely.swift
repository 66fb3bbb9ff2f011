internal import Kratix
internal import Manifests

extension Expectation {
  /// How many combinations of choices are tried.
  private static let mostChoices = 64

  /// What must be there for a resource whose request is not known.
  ///
  /// The keys of tables are not known either, but what landed must agree with one of them: the key is
  /// taken that agrees best. What a request may hold freely is not judged.
  ///
  /// - Parameter unknown: Parameters that are not known either.
  /// - Throws: `ManifestError` when a reference cannot be part of a text.
  func likeliestObjects(
    for landed: LandedResource, not unknown: [String] = []
  ) throws(ManifestError) -> [ExpectedObject] {
    var best: (objects: [ExpectedObject], differences: Int)?
    let combinations = choices
    for choices in combinations {
      var values = ParameterValues(
        of: self, name: landed.search.request.name, namespace: landed.search.namespace,
        promise: landed.search.promiseName, choices: choices)
      for name in unknown { values.forget(name) }
      values.take(fromNamesOf: landed.objects.map(\.identity), expecting: resources + optional)
      let objects = try objects(with: values)
      guard combinations.count > 1 else { return objects }
      let differences = Self.differences(of: objects, from: landed)
      if best.map({ differences < $0.differences }) ?? true { best = (objects, differences) }
      if differences == 0 { break }
    }
    return best?.objects ?? []
  }

  private static func differences(
    of objects: [ExpectedObject], from landed: LandedResource
  ) -> Int {
    let matches = ObjectMatches(expected: objects, landed: landed.objects)
    return matches.matches.reduce(0) { sum, match in
      sum + match.landed.reduce(0) { $0 + match.expected.differences(from: $1.node).count }
    }
  }

  /// Each combination of keys that tables have, by the parameters that they are keys of.
  private var choices: [[String: Node]] {
    var keys: [(parameter: String, keys: [String])] = []
    for parameter in parameters {
      guard case .table(let key, let table) = parameter.source,
        !Expectation.givenParameters.contains(key)
      else { continue }
      if let index = keys.firstIndex(where: { $0.parameter == key }) {
        keys[index].keys += table.keys.filter { !keys[index].keys.contains($0) }
      } else {
        keys.append((key, Array(table.keys)))
      }
    }
    return keys.reduce([[:]]) { combinations, next in
      guard combinations.count * next.keys.count <= Self.mostChoices else { return combinations }
      return combinations.flatMap { combination in
        next.keys.map { key in
          combination.merging([next.parameter: Node(.string(key))]) { $1 }
        }
      }
    }
  }
}
