/// A kind of object as the API server serves it.
package struct APIResource: Sendable, Hashable {
  /// The API group; empty for the core group.
  package let group: String
  package let version: String
  /// The name in paths and in RBAC rules: `works`.
  package let plural: String
  package let kind: String
  package let isNamespaced: Bool

  package init(
    group: String, version: String, plural: String, kind: String, isNamespaced: Bool = true
  ) {
    self.group = group
    self.version = version
    self.plural = plural
    self.kind = kind
    self.isNamespaced = isNamespaced
  }

  /// Group and version as manifests have them: `apps/v1`, or `v1`.
  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// Plural and group, as kubectl takes them: `works.platform.kratix.io`.
  package var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

  /// The path of the group and version, below which its resources are.
  var rootPath: String { Self.rootPath(group: group, version: version) }

  static func rootPath(group: String, version: String) -> String {
    group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
  }
}
