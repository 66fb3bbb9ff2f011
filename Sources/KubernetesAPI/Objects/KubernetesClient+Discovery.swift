internal import Manifests

extension KubernetesClient {
  /// The resources of a group in its preferred version, or in a given one; empty if the group, or the
  /// version, is not installed.
  ///
  /// - Throws: `KubernetesError`.
  package func resources(
    ofGroup group: String, version: String? = nil, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> [APIResource] {
    do throws(KubernetesError) {
      var known = version ?? (group.isEmpty ? "v1" : nil)
      if known == nil {
        let answer = try await send(APIRequest(path: "/apis/\(group)"), deadline: deadline)
        known = answer.value(at: "/preferredVersion/version")?.string
      }
      guard let known else {
        throw KubernetesError(.malformed, "\(server): the API group \(group) has no version")
      }
      let list = try await send(
        APIRequest(path: APIResource.rootPath(group: group, version: known)), deadline: deadline)
      return Self.resources(in: list, group: group, version: known)
    } catch {
      if error.code == .notInstalled || error.code == .notFound { return [] }
      throw error
    }
  }

  /// The resource of a kind; `nil` if it is not installed.
  ///
  /// - Throws: `KubernetesError`.
  package func resource(
    kind: String, group: String, version: String? = nil, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> APIResource? {
    try await resources(ofGroup: group, version: version, deadline: deadline)
      .first { $0.kind == kind }
  }

  /// The resources of an `APIResourceList`; subresources have a `/` in their names.
  static func resources(in list: Node, group: String, version: String) -> [APIResource] {
    (list["resources"]?.sequence ?? []).compactMap { resource in
      guard let name = resource["name"]?.string, !name.utf8.contains(UInt8(ascii: "/")),
        let kind = resource["kind"]?.string
      else { return nil }
      return APIResource(
        group: group, version: version, plural: name, kind: kind,
        isNamespaced: resource["namespaced"]?.boolean ?? false)
    }
  }
}
