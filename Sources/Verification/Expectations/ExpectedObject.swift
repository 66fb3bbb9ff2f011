internal import Manifests

/// An object that is expected for one request: an expectation's with its references replaced.
struct ExpectedObject {
  let identity: ObjectIdentity
  let node: Node
  /// Which values of the object came from a table, by where their references stand.
  let lookups: [Position: Lookup]
  /// Whether nothing is wrong if it is not there.
  var isOptional = false
  /// Whether the namespace, where it is to be in a certain one, is known.
  var isNamespaceKnown = true

  /// A value that a table gave.
  struct Lookup {
    let parameter: String
    /// The key that the request gave.
    let key: Node
    /// The key that holds where a request says nothing.
    let defaultKey: Node?
    let defaultValue: Node?
  }

  /// Where an object is not as expected; of its namespace `wrong-namespace` speaks.
  ///
  /// Of a Secret's values only the keys count, under `data` or `stringData` alike: Kubernetes puts
  /// the one into the other, and no expectation should hold a secret.
  func differences(from actual: Node) -> [Difference] {
    let isSecret = identity.kind == "Secret" && identity.group.isEmpty
    var expected = node.mapping ?? Mapping()
    var keys: [String] = []
    if isSecret {
      keys = Self.secretKeys(of: node)
      expected["data"] = nil
      expected["stringData"] = nil
    }
    let missing = Set(keys).subtracting(Self.secretKeys(of: actual)).sorted()
    let found = Verification.differences(between: Node(.mapping(expected)), and: actual)
    return found.filter { $0.pointer != "/metadata/namespace" && $0.pointer != "/metadata/name" }
      + missing.map { key in
        let field = actual["data"] == nil ? "/stringData" : "/data"
        return Difference(
          pointer: JSONPointer.appending(key, to: field), expected: Node(.string("")), actual: nil,
          position: actual.nearestValue(at: field).position)
      }
  }

  static func secretKeys(of node: Node) -> [String] {
    ["data", "stringData"].flatMap { field in Array(node[field]?.mapping?.keys.map(\.self) ?? []) }
  }

  /// Why a value differs, where its table shows it: it is the one of the default.
  func cause(of difference: Difference) -> String? {
    guard let expected = difference.expected, let actual = difference.actual,
      let lookup = lookups[expected.position], let defaultKey = lookup.defaultKey,
      let defaultValue = lookup.defaultValue, defaultKey != lookup.key,
      Self.isSame(defaultValue, actual)
    else { return nil }
    return
      "it is the value for \(lookup.parameter) \(defaultKey.scalarText ?? ""), the default: the "
      + "request's \(lookup.key.scalarText ?? "") was not applied"
  }

  private static func isSame(_ left: Node, _ right: Node) -> Bool {
    if left == right { return true }
    guard let quantity = Quantity(left) else { return false }
    return quantity == Quantity(right)
  }
}
