internal import Manifests

/// One object of a resource, and where it stands.
struct LandedObject {
  let destination: String
  let file: String
  let document: Int
  /// How many lines of the file stand above what its positions count from.
  var linesAbove = 0
  let identity: ObjectIdentity
  let node: Node
  /// From the document's root to the object.
  let pointer: String

  /// Where kubectl, Flux and Argo CD would put it: without a namespace, in `default`.
  var namespace: String { identity.namespace ?? "default" }

  /// A finding at a field of the object, or at the object itself.
  ///
  /// - Parameters:
  ///   - pointer: From the object to the field.
  ///   - position: Where it is, if not where the pointer leads.
  func finding(
    _ rule: Rule, at pointer: String = "", position: Position? = nil, expected: String? = nil,
    actual: String? = nil, cause: String? = nil, remedy: String? = nil
  ) -> Finding {
    let place = position ?? node.nearestValue(at: pointer).position
    return Finding(
      rule: rule, file: file, document: document,
      line: place == .none ? nil : place.line + linesAbove,
      column: place == .none ? nil : place.column, object: identity.description,
      pointer: self.pointer + pointer, expected: expected, actual: actual, cause: cause,
      remedy: remedy)
  }

  /// Where it stands, for the words of another finding.
  var place: String { "\(file):\(node.position.line + linesAbove)" }
}
