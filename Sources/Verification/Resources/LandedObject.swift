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

  /// The namespace that tells the object from others of its name; empty for a kind that has none.
  var distinguishingNamespace: String {
    KnownKind.of(identity)?.isClusterScoped == true ? "" : namespace
  }

  /// The file and line, for the text of a finding about another object.
  var place: String { "\(file):\(node.position.line + linesAbove)" }
}
