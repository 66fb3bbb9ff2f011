internal import Git
internal import Kratix
internal import Manifests

/// What stands of one request, or of one Promise's dependencies, in a state store: by its paths.
package struct StandingResource: Sendable {
  let subject: Subject
  /// Its directories, one at each Destination where something of it stands, each with its tree:
  /// as long as those are the same, so is everything that stands of it.
  var places: [ResourceLocation]

  /// What is known of whose it is.
  var knowledge: ResourceSearch.Knowledge {
    switch subject {
    case .resource(.request): .path
    case .resource(.dependency): .dependencies
    case .placement, .strays: .unknown
    }
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
        "kind": Node(.string(promise?.kind ?? subject.promise ?? "unknown")),
        "metadata": Node(
          .mapping([
            "namespace": Node(.string(impliedNames.namespace)),
            "name": Node(.string(impliedNames.name)),
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

  private var impliedNames: (namespace: String, name: String) {
    switch subject {
    case .resource(.request(_, let namespace, let name)): (namespace, name)
    case .resource(.dependency(let promise)): ("default", promise)
    case .placement, .strays: ("default", "unknown")
    }
  }
}
