/// The identity of a Kubernetes object in a manifest.
package struct ObjectIdentity: Sendable, Hashable {
  /// The group and version: `apps/v1`, or `v1` for the core group.
  package let apiVersion: String

  /// The kind: `Deployment`.
  package let kind: String

  /// The namespace in the manifest, if there is one.
  package let namespace: String?

  /// The name; empty if there is none, as with `generateName`.
  package let name: String

  package init(apiVersion: String, kind: String, namespace: String? = nil, name: String) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// The API group: `apps` of `apps/v1`; empty for the core group.
  package var group: String {
    apiVersion.lastIndex(of: "/").map { String(apiVersion[..<$0]) } ?? ""
  }

  /// The API version: `v1` of `apps/v1`.
  package var version: String {
    apiVersion.lastIndex(of: "/").map { String(apiVersion[apiVersion.index(after: $0)...]) }
      ?? apiVersion
  }
}

extension ObjectIdentity {
  /// The identity in a mapping, or `nil` if it is not a Kubernetes object.
  ///
  /// An object has `apiVersion` and `kind`, both strings that are not empty.
  package init?(_ node: Node) {
    guard let apiVersion = node["apiVersion"]?.string, !apiVersion.isEmpty,
      let kind = node["kind"]?.string, !kind.isEmpty
    else { return nil }
    self.init(apiVersion: apiVersion, kind: kind, metadata: node["metadata"])
  }

  init(apiVersion: String, kind: String, metadata: Node?) {
    let namespace = metadata?["namespace"]?.string
    self.init(
      apiVersion: apiVersion, kind: kind, namespace: namespace?.isEmpty == true ? nil : namespace,
      name: metadata?["name"]?.string ?? "")
  }
}

extension ObjectIdentity: CustomStringConvertible {
  /// Kind and name as kubectl writes them: `Deployment/postgres-example`.
  package var description: String { name.isEmpty ? kind : "\(kind)/\(name)" }
}
