package import Manifests

extension KubernetesClient {
  /// Creates an object.
  ///
  /// - Returns: The object as the server stored it.
  /// - Throws: `KubernetesError`, with `already-exists` if there is one of its name.
  @discardableResult
  package func create(
    _ object: Node, _ resource: APIResource, namespace: String?,
    deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Node {
    var request = APIRequest("create", .post, resource, namespace: namespace)
    request.body = object
    return try await send(request, deadline: deadline)
  }

  /// Replaces an object; its `resourceVersion` must be that of the server.
  ///
  /// - Returns: The object as the server stored it.
  /// - Throws: `KubernetesError`, with `conflict` if others changed it since it was read.
  @discardableResult
  package func update(
    _ object: Node, _ resource: APIResource, namespace: String?, name: String,
    deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Node {
    var request = APIRequest("update", .put, resource, namespace: namespace, name: name)
    request.body = object
    return try await send(request, deadline: deadline)
  }

  /// Applies fields of an object's `status` (server-side apply).
  ///
  /// - Parameters:
  ///   - manager: The field manager that owns the fields from then on.
  ///   - force: Whether fields are taken from other managers.
  /// - Throws: `KubernetesError`, with `conflict` if another manager owns a field, or if the
  ///   `resourceVersion` in `fields` is not that of the server.
  @discardableResult
  package func applyStatus(
    _ fields: Node, to resource: APIResource, namespace: String?, name: String, manager: String,
    force: Bool, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Node {
    var request = APIRequest(
      "patch", .patch, resource, namespace: namespace, name: name, subresource: "status")
    request.contentType = "application/apply-patch+yaml"
    request.query = [("fieldManager", manager), ("force", String(force))]
    request.body = fields
    return try await send(request, deadline: deadline)
  }
}
