package import Manifests

/// The objects of a list, and the state of the server that it shows.
package struct ObjectList<Object: Sendable>: Sendable {
  /// What is kept of each object.
  package var items: [Object]
  /// From where a watch goes on.
  package var resourceVersion: String
}

/// Which objects of a resource are meant.
package struct ObjectQuery: Sendable, Hashable {
  package var resource: APIResource
  /// `nil` for all namespaces.
  package var namespace: String?
  /// A label selector as kubectl takes it.
  package var labels: String?
  /// The number of objects in one page; `nil` for the usual number.
  package var pageSize: Int?

  package init(
    _ resource: APIResource, namespace: String? = nil, labels: String? = nil, pageSize: Int? = nil
  ) {
    self.resource = resource
    self.namespace = namespace
    self.labels = labels
    self.pageSize = pageSize
  }

  func request(_ verb: String) -> APIRequest {
    var request = APIRequest(verb, .get, resource, namespace: namespace)
    if let labels { request.query.append(("labelSelector", labels)) }
    return request
  }
}

extension KubernetesClient {
  /// One object; `nil` if there is none of that name.
  ///
  /// - Throws: `KubernetesError`.
  package func object(
    _ resource: APIResource, namespace: String?, name: String, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Node? {
    let request = APIRequest("get", .get, resource, namespace: namespace, name: name)
    do throws(KubernetesError) {
      return try await send(request, deadline: deadline)
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }

  /// All objects of a query, each with `apiVersion` and `kind`, which the server leaves out in lists, and
  /// without `managedFields`.
  ///
  /// - Throws: `KubernetesError`.
  package func list(
    _ query: ObjectQuery, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> ObjectList<Node> {
    try await list(query, deadline: deadline) { $0 }
  }

  /// All objects of a query, read in pages.
  ///
  /// A page that comes too late for its continue token (410) means that the list begins again.
  ///
  /// - Parameter keep: Makes of each object what is kept of it, so that no more than a page is in memory
  ///   as a whole.
  /// - Throws: `KubernetesError`.
  func list<Object: Sendable>(
    _ query: ObjectQuery, deadline: ContinuousClock.Instant, keeping keep: (Node) -> Object
  ) async throws(KubernetesError) -> ObjectList<Object> {
    var backOff = BackOff()
    for _ in 1..<max(2, limits.attempts) {
      do throws(KubernetesError) {
        return try await pages(query, deadline: deadline, keeping: keep)
      } catch {
        guard error.code == .gone else { throw error }
        let pause = backOff.pause(atLeast: error.retryAfter, random: pacing.random())
        do { try await pacing.sleep(pause) } catch let cancelled {
          throw connection.failure(cancelled)
        }
      }
    }
    return try await pages(query, deadline: deadline, keeping: keep)
  }

  private func pages<Object: Sendable>(
    _ query: ObjectQuery, deadline: ContinuousClock.Instant, keeping keep: (Node) -> Object
  ) async throws(KubernetesError) -> ObjectList<Object> {
    var request = query.request("list")
    request.query.append(("limit", String(query.pageSize ?? limits.pageSize)))
    let first = request.query
    var list = ObjectList<Object>(items: [], resourceVersion: "")
    while true {
      let page = try await send(request, deadline: deadline)
      guard let items = page["items"]?.sequence ?? (page["items"]?.isNull == true ? [] : nil),
        let version = page.value(at: "/metadata/resourceVersion")?.string
      else {
        throw KubernetesError(
          .malformed, "\(server): the answer to list \(request.subject) is no list")
      }
      list.items += items.map { keep($0.asObject(of: query.resource)) }
      list.resourceVersion = version
      let token = page.value(at: "/metadata/continue")?.string ?? ""
      guard !token.isEmpty else { return list }
      request.query = first + [("continue", token)]
    }
  }
}

extension Node {
  /// An object as a manifest has it: with `apiVersion` and `kind`, without `managedFields`.
  func asObject(of resource: APIResource) -> Node {
    guard var fields = mapping else { return self }
    if fields["apiVersion"] == nil { fields["apiVersion"] = Node(.string(resource.apiVersion)) }
    if fields["kind"] == nil { fields["kind"] = Node(.string(resource.kind)) }
    if var metadata = fields["metadata"]?.mapping {
      metadata["managedFields"] = nil
      fields["metadata"] = Node(.mapping(metadata))
    }
    return Node(.mapping(fields))
  }
}
