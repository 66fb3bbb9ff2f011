public import Manifests

/// What somebody asks of a Promise: the object that triggers a resource workflow.
public struct ResourceRequest: Sendable {
  /// The API group and version, and the kind.
  public let identity: ObjectIdentity
  /// The namespace; `default` where the manifest has none, as `kubectl` would put it.
  public let namespace: String
  /// The name.
  public let name: String
  /// All its fields.
  public let node: Node
  /// The file, for messages.
  public let file: String

  /// Reads a request's manifest.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  public init(_ object: PlatformObject) throws(ManifestError) {
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
  /// null and not nullable; the defaults of an object's fields after the object's own.
  public func defaulted(by promise: Promise) -> ResourceRequest {
    guard let schema = promise.schema(version: identity.version) else { return self }
    return ResourceRequest(self, node: node.defaulted(by: schema))
  }
}

extension Node {
  fileprivate func defaulted(by schema: Node) -> Node {
    if let items = sequence, let itemSchema = schema["items"] {
      return Node(.sequence(items.map { $0.defaulted(by: itemSchema) }), position: position)
    }
    guard var fields = mapping, let properties = schema["properties"]?.mapping else { return self }
    for property in properties.entries {
      let isNullable = property.value["nullable"]?.boolean == true
      let present = fields[property.key].flatMap { $0.isNull && !isNullable ? nil : $0 }
      if let value = present ?? property.value["default"] {
        fields[property.key] = value.defaulted(by: property.value)
      }
    }
    return Node(.mapping(fields), position: position)
  }
}
