internal import Git
internal import Kratix
internal import Manifests

/// What stands of one request, or of one Promise's dependencies, in a state store: by its paths.
package struct StandingResource: Sendable {
  /// The Promise's name.
  package let promise: String
  /// The namespace in its path; empty for dependencies.
  package let namespace: String
  /// The request's name; empty for dependencies.
  package let name: String
  /// Its directories, one at each Destination where something of it stands, each with its tree:
  /// as long as those are the same, so is everything that stands of it.
  var places: [ResourceLocation]

  /// Whether it is the same resource, maybe at other places.
  func isSame(as other: StandingResource) -> Bool {
    name == other.name && namespace == other.namespace && promise == other.promise
  }

  /// What is known of whose it is.
  var knowledge: ResourceSearch.Knowledge {
    if promise.isEmpty { return .placement(name) }
    return name.isEmpty ? .dependencies : .path
  }

  /// Its directories, as they stand.
  var cleanPlacements: [ResourceReport.Placement] { places.map(\.reported) }

  /// The request that its path implies, without a spec.
  ///
  /// - Throws: `ManifestError` when it has a name that Kubernetes does not take.
  func impliedRequest(of promise: Promise?) throws(ManifestError) -> ResourceRequest {
    let version = promise?.schemas.keys.sorted().first ?? "v1"
    let node: Node = Node(
      .mapping([
        "apiVersion": Node(.string("\(promise?.group ?? "unknown")/\(version)")),
        "kind": Node(.string(promise?.kind ?? (self.promise.isEmpty ? "unknown" : self.promise))),
        "metadata": Node(
          .mapping([
            "namespace": Node(.string(knowledge == .path ? namespace : "default")),
            "name": Node(.string(impliedName)),
          ])),
      ]))
    let path = places.first?.path.description ?? ""
    guard let identity = ObjectIdentity(node) else {
      throw ManifestError(
        code: .invalidField, file: path, position: nil, message: "the path names no Promise")
    }
    return try ResourceRequest(
      PlatformObject(ManifestObject(identity: identity, node: node), file: path))
  }

  private var impliedName: String {
    switch knowledge {
    case .dependencies: promise
    case .placement: "unknown"
    case .path, .request: name
    }
  }
}
