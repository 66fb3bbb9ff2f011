package import Manifests

/// An object of the cluster as text, which takes much less memory than its nodes.
///
/// What no judgement depends on is left out, so that two texts differ only where it matters: the version,
/// the copy of the manifest that `kubectl apply` keeps, and our own condition.
package struct KeptObject: Sendable, Hashable {
  /// The type of our condition.
  package static let ownCondition = "Landed"

  private let text: [UInt8]

  package init(_ object: Node) {
    text = Array(JSONWriter().text(of: object.withoutUpkeep).utf8)
  }

  /// The object; it is read again at each use.
  package var node: Node {
    // What was written as JSON can be read as JSON.
    (try? JSONReader.node(of: text, name: "")) ?? .null
  }
}

extension Node {
  fileprivate var withoutUpkeep: Node {
    guard var fields = mapping else { return self }
    if var metadata = fields["metadata"]?.mapping {
      metadata["resourceVersion"] = nil
      metadata["managedFields"] = nil
      if var annotations = metadata["annotations"]?.mapping {
        annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
        metadata["annotations"] = Node(.mapping(annotations))
      }
      fields["metadata"] = Node(.mapping(metadata))
    }
    if var status = fields["status"]?.mapping, let conditions = status["conditions"]?.sequence {
      status["conditions"] = Node(
        .sequence(conditions.filter { $0["type"]?.string != KeptObject.ownCondition }))
      fields["status"] = Node(.mapping(status))
    }
    return Node(.mapping(fields))
  }
}
