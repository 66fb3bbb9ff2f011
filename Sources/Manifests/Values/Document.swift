/// One YAML document of a file.
package struct Document: Sendable {
  /// Its place in the file, from 1.
  ///
  /// Every YAML document counts, empty ones too: between two `---` stands a document, even if
  /// nothing stands there. So the number is the one that a person counts, and kubectl's when
  /// nothing is empty.
  package let index: Int

  /// Its value; null for an empty document.
  package let root: Node

  /// What names the object in it; `nil` if the document is no Kubernetes object.
  package let object: ObjectIdentity?

  /// A document with this value at this place of a file.
  package init(index: Int = 1, root: Node) {
    self.index = index
    self.root = root
    object = ObjectIdentity(root)
  }

  /// Whether the document holds nothing; kubectl passes over such a document.
  package var isEmpty: Bool { root.isNull }
}

/// A Kubernetes object: its identity, its fields, and where it is in its document.
package struct ManifestObject: Sendable {
  /// What names the object.
  package let identity: ObjectIdentity

  /// The object's own mapping.
  package let node: Node

  /// The JSON pointer from the document's root to the object: `""`, or `/items/0` in a list.
  package let pointer: String

  /// An object at a place of its document.
  package init(identity: ObjectIdentity, node: Node, pointer: String = "") {
    self.identity = identity
    self.node = node
    self.pointer = pointer
  }
}

extension Document {
  /// The objects of the document: its own, or those of a `List`, lists in lists included.
  ///
  /// A list is an object whose kind ends in `List` and that has a sequence `items`. The items of a
  /// typed list, `DeploymentList`, need not repeat their kind: the API server leaves it out. Items
  /// that are no objects are left out.
  package var objects: [ManifestObject] {
    guard let object else { return [] }
    var found: [ManifestObject] = []
    Self.collect(ManifestObject(identity: object, node: root), into: &found)
    return found
  }

  private static func collect(_ object: ManifestObject, into found: inout [ManifestObject]) {
    guard object.identity.kind.hasSuffix("List"), let items = object.node["items"]?.sequence else {
      found.append(object)
      return
    }
    let itemKind = String(object.identity.kind.dropLast("List".count))
    for (index, item) in items.enumerated() {
      guard let identity = identity(of: item, in: object.identity, itemKind: itemKind) else {
        continue
      }
      let pointer = JSONPointer.appending(index, to: object.pointer + "/items")
      collect(ManifestObject(identity: identity, node: item, pointer: pointer), into: &found)
    }
  }

  private static func identity(
    of item: Node, in list: ObjectIdentity, itemKind: String
  ) -> ObjectIdentity? {
    if let own = ObjectIdentity(item) { return own }
    guard let fields = item.mapping, !itemKind.isEmpty, fields["kind"] == nil else { return nil }
    return ObjectIdentity(
      apiVersion: list.apiVersion, kind: itemKind, metadata: fields["metadata"])
  }
}
