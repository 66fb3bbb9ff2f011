package import Manifests

/// What a platform offers: an API, the Destinations it goes to, and the pipelines that serve it
/// (`api/v1alpha1/promise_types.go`).
package struct Promise: Sendable {
  /// The name.
  package let name: String
  /// Its version, by its label; `nil` without one.
  package let version: String?
  /// The labels that it asks of Destinations; all entries together, the first one wins.
  package let destinationSelectors: [[String: String]]
  /// The pipelines that a resource request runs through, in order.
  package let resourcePipelines: [String]
  /// The pipelines that the Promise itself runs through, in order.
  package let promisePipelines: [String]
  /// Objects that go to every Destination, pipelines or not.
  package let dependencies: [Node]
  /// Where Works go instead of the request's namespace.
  package let pipelineNamespace: String?
  /// The API group of its requests; `nil` for a Promise without an API.
  package let group: String?
  /// The kind of its requests; `nil` for a Promise without an API.
  package let kind: String?
  /// The schema of its requests by version, as the CRD holds it.
  package let schemas: [String: Node]
  /// Whether its requests may name a namespace in their spec, where their objects are meant to be.
  package let letsRequestsNameNamespaces: Bool
  /// The object that it was read from.
  package let manifest: PlatformObject

  static let versionLabel = "kratix.io/promise-version"

  /// Reads a `Promise` manifest.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  package init(_ object: PlatformObject) throws(ManifestError) {
    self.manifest = object
    self.name = try object.requireName()
    self.version = try object.optional(.labels, at: "/metadata/labels")?[Self.versionLabel]
    _ = try object.require(.mapping, at: "/spec")
    try object.checkMappings(at: "/spec/api", "/spec/workflows")
    var selectors: [[String: String]] = []
    let entries = try object.optional(.sequence, at: "/spec/destinationSelectors") ?? []
    for index in entries.indices {
      let pointer = "/spec/destinationSelectors/\(index)"
      _ = try object.require(.mapping, at: pointer)
      try entries[index].refuseExpressions(in: object.file)
      // An entry that asks for nothing would choose any Destination.
      selectors.append(try object.require(.someLabels, at: "\(pointer)/matchLabels"))
    }
    self.destinationSelectors = selectors
    self.resourcePipelines = try Self.pipelines(
      of: object, at: "/spec/workflows/resource/configure")
    self.promisePipelines = try Self.pipelines(of: object, at: "/spec/workflows/promise/configure")
    self.dependencies = try object.optional(.sequence, at: "/spec/dependencies") ?? []
    self.pipelineNamespace = try object.optional(
      .objectName, at: "/spec/workflows/config/pipelineNamespace")
    self.group = try object.optional(.nonEmptyString, at: "/spec/api/spec/group")
    self.kind = try object.optional(.nonEmptyString, at: "/spec/api/spec/names/kind")
    self.schemas = try Self.schemas(of: object)
    self.letsRequestsNameNamespaces = schemas.values.contains {
      $0.value(at: "/properties/spec")?.hasNamespaceProperty ?? false
    }
  }

  /// The schema of one version of its requests.
  package func schema(version: String) -> Node? { schemas[version] }

  private static func pipelines(
    of object: PlatformObject, at pointer: String
  ) throws(ManifestError) -> [String] {
    var names: [String] = []
    for index in (try object.optional(.sequence, at: pointer) ?? []).indices {
      names.append(try object.require(.objectName, at: "\(pointer)/\(index)/metadata/name"))
    }
    return names
  }

  private static func schemas(of object: PlatformObject) throws(ManifestError) -> [String: Node] {
    let pointer = "/spec/api/spec/versions"
    var schemas: [String: Node] = [:]
    for (index, version) in (try object.optional(.sequence, at: pointer) ?? []).enumerated() {
      let name = try object.require(.nonEmptyString, at: "\(pointer)/\(index)/name")
      schemas[name] = version.value(at: "/schema/openAPIV3Schema")
    }
    return schemas
  }
}

extension Node {
  /// Whether a schema has a property for a text whose name ends in `namespace`.
  fileprivate var hasNamespaceProperty: Bool {
    (self["properties"]?.mapping?.entries ?? []).contains { property in
      property.key.ends(with: "amespace") && property.value["type"]?.string == "string"
        || property.value.hasNamespaceProperty
    }
  }
}
