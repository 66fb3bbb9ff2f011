package import Manifests

/// What somebody asks of a Promise: the object that triggers a resource workflow.
package struct ResourceRequest: Sendable {
  /// The API group and version, and the kind.
  package let identity: ObjectIdentity
  /// The namespace; `default` where the manifest has none, as `kubectl` would put it.
  package let namespace: String
  /// The name.
  package let name: String
  /// All its fields.
  package let node: Node
  /// The file, for messages.
  package let file: String

  /// Reads a request's manifest.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  package init(_ object: PlatformObject) throws(ManifestError) {
    try object.checkMappings(at: "/spec")
    self.identity = object.identity
    self.namespace = try object.optional(.objectName, at: "/metadata/namespace") ?? "default"
    self.name = try object.requireName()
    self.node = object.node
    self.file = object.file
  }

  private init(_ request: ResourceRequest, node: Node) {
    self.identity = request.identity
    self.namespace = request.namespace
    self.name = request.name
    self.node = node
    self.file = request.file
  }

  /// The request as Kubernetes would store it: with the defaults of its Promise's schema.
  ///
  /// CustomResourceDefinition, "Defaulting": a default is applied where the field is absent, or
  /// null and not nullable; the defaults of an object's fields after the object's own. A null that
  /// may not be and has no default goes.
  package func defaulted(by promise: Promise) -> ResourceRequest {
    guard let schema = promise.schema(version: identity.version) else { return self }
    return ResourceRequest(self, node: node.defaulted(by: schema))
  }
}

extension Node {
  fileprivate func defaulted(by schema: Node) -> Node {
    if let items = sequence, let itemSchema = schema["items"] {
      return Node(.sequence(items.map { $0.defaulted(by: itemSchema) }), position: position)
    }
    guard var fields = mapping else { return self }
    let properties = schema["properties"]?.mapping ?? [:]
    for entry in fields.entries {
      guard let field = properties[entry.key] ?? schema["additionalProperties"],
        field.mapping != nil
      else { continue }
      let isKept = !entry.value.isNull || field["nullable"]?.boolean == true
      fields[entry.key] = isKept ? entry.value.defaulted(by: field) : nil
    }
    for property in properties.entries where fields.entry(property.key) == nil {
      fields[property.key] = property.value["default"]?.defaulted(by: property.value)
    }
    return Node(.mapping(fields), position: position)
  }
}
