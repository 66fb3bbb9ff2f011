/// One YAML document of a file.
package struct Document: Sendable {
  /// The number of the document in the file, from 1.
  ///
  /// Empty documents count too: there is a document between two `---`, even an empty one.
  package let index: Int

  /// The value; null for an empty document.
  package let root: Node

  /// The identity of the object; `nil` if the document is not a Kubernetes object.
  package let object: ObjectIdentity?

  package init(index: Int = 1, root: Node) {
    self.index = index
    self.root = root
    object = ObjectIdentity(root)
  }

  /// Whether the document is empty; kubectl ignores empty documents.
  package var isEmpty: Bool { root.isNull }
}

/// A Kubernetes object: its identity, its fields, and its place in the document.
package struct ManifestObject: Sendable {
  package let identity: ObjectIdentity

  /// The object's own mapping.
  package let node: Node

  /// The JSON pointer from the document's root to the object: `""`, or `/items/0` in a list.
  package let pointer: String

  package init(identity: ObjectIdentity, node: Node, pointer: String = "") {
    self.identity = identity
    self.node = node
    self.pointer = pointer
  }
}

/// An item of a list that `kubectl apply` refuses.
package struct RefusedItem: Sendable {
  /// What is refused of it.
  package enum Kind: Sendable {
    /// Kustomize passes over it.
    case null
    /// Kustomize takes it apart.
    case list
    /// A text, a number, or a mapping that is no object.
    case other
  }

  package let kind: Kind
  package let position: Position
  /// The JSON pointer from the document's root: `/items/0`.
  package let pointer: String
}

extension Document {
  /// The object of the document, or the objects of a `List`, including nested lists.
  ///
  /// A list is an object whose kind ends in `List` and that has a sequence `items`. The items of a
  /// typed list such as `DeploymentList` need not have a kind, because the API server omits it. Items
  /// that are not objects are left out.
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

  /// The items of the document's list that `kubectl apply` refuses (its `FlattenListVisitor` takes a
  /// list apart once, and needs the kind of every item).
  package var refusedItems: [RefusedItem] {
    guard let object, object.kind.hasSuffix("List"), let items = root["items"]?.sequence else {
      return []
    }
    let itemKind = String(object.kind.dropLast("List".count))
    return items.enumerated().compactMap { index, item in
      let identity = Self.identity(of: item, in: object, itemKind: itemKind)
      let kind: RefusedItem.Kind
      if item.isNull {
        kind = .null
      } else if let identity {
        guard identity.kind.hasSuffix("List"), item["items"]?.sequence != nil else { return nil }
        kind = .list
      } else {
        kind = .other
      }
      return RefusedItem(
        kind: kind, position: item.position, pointer: JSONPointer.appending(index, to: "/items"))
    }
  }
}
