package import Kratix
package import Manifests

/// A request, and what its pipeline made of it: what expectations are learned from.
package struct Sample: Sendable {
  let name: String
  let namespace: String
  /// The request with the defaults of its Promise; `nil` if only its names are known.
  let request: Node?
  /// What landed or was rendered for it, without what says nothing of other requests.
  let objects: [Node]

  /// A sample with a known request.
  ///
  /// - Parameter request: The request, with the defaults of its Promise.
  package init(request: ResourceRequest, objects: [ManifestObject]) {
    self.init(
      name: request.name, namespace: request.namespace, request: request.node,
      objects: objects.map(\.node))
  }

  init(name: String, namespace: String, request: Node?, objects: [Node]) {
    self.name = name
    self.namespace = namespace
    self.request = request
    self.objects = objects.map(SampleObject.init).map(\.node)
  }
}

/// An object of a sample without its status, what a cluster adds, and anything secret.
private struct SampleObject {
  let node: Node

  init(_ object: Node) {
    var fields = object.mapping ?? Mapping()
    fields["status"] = nil
    fields["metadata"] = fields["metadata"].map(Self.metadata)
    if object["kind"]?.string == "Secret", object["apiVersion"]?.string == "v1" {
      let keys = ExpectedObject.secretKeys(of: object)
      fields["data"] = nil
      fields["stringData"] = Node(.mapping(Mapping(keys.map { ($0, Node(.string(""))) })))
    }
    node = Self.withoutSecrets(Node(.mapping(fields)))
  }

  private static func metadata(_ node: Node) -> Node {
    let kept = (node.mapping?.entries ?? []).filter { entry in
      ["name", "generateName", "namespace", "labels"].contains(entry.key)
    }
    return Node(.mapping(Mapping(kept.map { ($0.key, $0.value) })))
  }

  private static func withoutSecrets(_ node: Node) -> Node {
    switch node.content {
    case .sequence(let items): Node(.sequence(items.map(withoutSecrets)))
    case .mapping(let mapping):
      Node(
        .mapping(
          Mapping(
            mapping.entries.filter { !isSecret($0, in: mapping) && !$0.value.isNull }
              .map { ($0.key, withoutSecrets($0.value)) })))
    default: Node(node.content)
    }
  }

  private static func isSecret(_ entry: Mapping.Entry, in mapping: Mapping) -> Bool {
    let isItem = entry.key == "value" && mapping["name"]?.string.map(Redaction.isSecretName) == true
    // A reference to a Secret names it, and holds nothing of it; so do keys without values.
    let isField = Redaction.isSecretName(entry.key) && !entry.key.hasSuffix("Name")
    return (isItem || isField) && entry.value.scalarText.map { !$0.isEmpty } == true
  }
}
