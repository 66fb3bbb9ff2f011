import Foundation
import Manifests
import NIOHTTP1

/// A status and its object or text.
struct APIAnswer {
  let status: Int
  let node: Node
  /// The body; for a path that the server does not have it is plain text.
  let text: String

  init(_ status: Int, _ node: Node) {
    self.status = status
    self.node = node
    text = JSONWriter().text(of: node) + "\n"
  }

  static let pageNotFound = APIAnswer(text: "404 page not found\n")

  private init(text: String) {
    status = 404
    node = .null
    self.text = text
  }

  static func failure(
    _ status: Int, reason: String, message: String, details: Node = [:]
  ) -> APIAnswer {
    APIAnswer(
      status,
      [
        "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
        "message": Node(.string(message)), "reason": Node(.string(reason)), "details": details,
        "code": Node(.integer(Int64(status))),
      ])
  }
}

/// One call of the API, and its answer.
struct APICall {
  enum Outcome {
    case answer(APIAnswer)
    case watch(@Sendable (TestCluster.Change) -> Bool, from: Int)
  }

  let token: String?
  private let method: HTTPMethod
  private let parts: [String]
  private let query: [String: String]
  private let contentType: String
  private let body: [UInt8]

  init(_ head: HTTPRequestHead, _ body: [UInt8]) {
    let components = URLComponents(string: head.uri)
    method = head.method
    parts = (components?.path ?? "").split(separator: "/").map(String.init)
    query = Dictionary(
      (components?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    contentType = head.headers.first(name: "Content-Type") ?? ""
    token = head.headers.first(name: "Authorization").flatMap {
      $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil
    }
    self.body = body
  }

  func answer(by cluster: TestCluster) -> Outcome {
    var rest = parts[...]
    let root = rest.popFirst()
    guard root == "api" || root == "apis" else { return .answer(.pageNotFound) }
    let group = root == "api" ? "" : rest.popFirst() ?? ""
    let known = cluster.resources(group: group)
    guard !known.isEmpty else { return .answer(.pageNotFound) }
    guard let version = rest.popFirst() else { return .answer(Self.group(group, known)) }
    let served = known.filter { $0.version == version }
    guard !served.isEmpty else { return .answer(.pageNotFound) }
    guard !rest.isEmpty else { return .answer(Self.list(group, version, served)) }
    var namespace: String?
    if rest.first == "namespaces", rest.count > 2 {
      namespace = rest[rest.startIndex + 1]
      rest = rest.dropFirst(2)
    }
    let plural = rest.popFirst() ?? ""
    guard let resource = served.first(where: { $0.plural == plural }) else {
      return .answer(
        .failure(
          404, reason: "NotFound", message: "the server could not find the requested resource"))
    }
    let (name, subresource) = (rest.popFirst(), rest.popFirst())
    let verb = verb(hasName: name != nil)
    if cluster.isDenied(verb, resource, subresource) {
      return .answer(Self.forbidden(verb, resource, namespace))
    }
    guard let name else { return collection(resource, namespace, cluster) }
    let key = TestCluster.Key(
      resource: resource, namespace: resource.isNamespaced ? namespace ?? "" : "", name: name)
    return .answer(object(key, subresource, cluster))
  }

  private func verb(hasName: Bool) -> String {
    switch method {
    case .GET: hasName ? "get" : query["watch"] == nil ? "list" : "watch"
    case .POST: "create"
    case .PUT: "update"
    case .PATCH: "patch"
    default: "delete"
    }
  }
}

extension APICall {
  private func collection(
    _ resource: TestCluster.Resource, _ namespace: String?, _ cluster: TestCluster
  ) -> Outcome {
    if method == .POST { return .answer(create(resource, namespace, cluster)) }
    let labels = Dictionary(
      (query["labelSelector"] ?? "").split(separator: ",").map { pair in
        let parts = pair.split(separator: "=", omittingEmptySubsequences: true).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }, uniquingKeysWith: { $1 })
    if query["watch"] != nil {
      return .watch(
        { change in
          change.key.resource == resource
            && (namespace == nil || change.key.namespace == namespace)
        }, from: Int(query["resourceVersion"] ?? "") ?? cluster.version)
    }
    // NAMESPACE/NAME/VERSION of the last object of the page before.
    let token = (query["continue"] ?? "").split(
      separator: "/", omittingEmptySubsequences: false
    ).map(String.init)
    let last =
      token.count == 3
      ? TestCluster.Key(resource: resource, namespace: token[0], name: token[1]) : nil
    let page = cluster.page(
      of: resource, namespace: namespace, labels: labels, after: last,
      limit: Int(query["limit"] ?? "") ?? .max)
    if token.count == 3, (Int(token[2]) ?? 0) < page.oldest {
      return .answer(
        .failure(
          410, reason: "Expired",
          message: "The provided continue parameter is too old to display a consistent list result."
        ))
    }
    var metadata: Mapping = ["resourceVersion": Node(.string(String(page.version)))]
    if page.hasMore, let end = page.items.last {
      metadata["continue"] = Node(
        .string("\(end.key.namespace)/\(end.key.name)/\(page.version)"))
    }
    // As the server does, items of a list have no kind of their own.
    let items = page.items.map { item -> Node in
      var fields = item.object.mapping ?? [:]
      fields["kind"] = nil
      fields["apiVersion"] = nil
      return Node(.mapping(fields))
    }
    return .answer(
      APIAnswer(
        200,
        [
          "kind": Node(.string("\(resource.kind)List")),
          "apiVersion": Node(.string(resource.apiVersion)), "metadata": Node(.mapping(metadata)),
          "items": Node(.sequence(items)),
        ]))
  }

  private func create(
    _ resource: TestCluster.Resource, _ namespace: String?, _ cluster: TestCluster
  ) -> APIAnswer {
    guard let node = try? JSONReader.node(of: body, name: "body"),
      let name = node.value(at: "/metadata/name")?.string
    else { return .failure(422, reason: "Invalid", message: "metadata.name is required") }
    let key = TestCluster.Key(resource: resource, namespace: namespace ?? "", name: name)
    return answer(of: cluster.create(node, at: key), key)
  }

  private func object(
    _ key: TestCluster.Key, _ subresource: String?, _ cluster: TestCluster
  ) -> APIAnswer {
    if method == .GET {
      guard let object = cluster.get(key) else { return answer(of: .refused(404, "NotFound"), key) }
      return APIAnswer(200, object)
    }
    guard let node = try? JSONReader.node(of: body, name: "body") else {
      return .failure(400, reason: "BadRequest", message: "the body is not JSON")
    }
    switch (method, contentType) {
    case (.PUT, _): return answer(of: cluster.replace(node, at: key), key)
    case (.PATCH, "application/apply-patch+yaml") where subresource == "status":
      guard let manager = query["fieldManager"] else {
        return .failure(
          422, reason: "Invalid",
          message: "fieldManager: Required value: is required for apply patch"
        )
      }
      return answer(
        of: cluster.applyStatus(
          node, to: key, manager: manager, force: query["force"] == "true"), key)
    default: return .failure(415, reason: "UnsupportedMediaType", message: contentType)
    }
  }

  private func answer(of written: TestCluster.Written, _ key: TestCluster.Key) -> APIAnswer {
    let details: Node = [
      "name": Node(.string(key.name)), "group": Node(.string(key.resource.group)),
      "kind": Node(.string(key.resource.plural)),
    ]
    let object = "\(key.resource.qualifiedName) \"\(key.name)\""
    switch written {
    case .stored(let node, let isNew): return APIAnswer(isNew ? 201 : 200, node)
    case .refused(404, let reason):
      return .failure(404, reason: reason, message: "\(object) not found", details: details)
    case .refused(let status, "AlreadyExists"):
      return .failure(
        status, reason: "AlreadyExists", message: "\(object) already exists", details: details)
    case .refused(let status, let reason):
      return .failure(
        status, reason: reason,
        message: "Operation cannot be fulfilled on \(object): the object has been modified; "
          + "please apply your changes to the latest version and try again", details: details)
    }
  }

  private static func forbidden(
    _ verb: String, _ resource: TestCluster.Resource, _ namespace: String?
  ) -> APIAnswer {
    let scope = namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
    return .failure(
      403, reason: "Forbidden",
      message: "\(resource.qualifiedName) is forbidden: User \"test\" cannot \(verb) resource "
        + "\"\(resource.plural)\" in API group \"\(resource.group)\" \(scope)",
      details: ["group": Node(.string(resource.group)), "kind": Node(.string(resource.plural))])
  }

  private static func group(_ group: String, _ known: [TestCluster.Resource]) -> APIAnswer {
    let versions = Array(Set(known.map(\.version))).sorted()
    let nodes = versions.map { version -> Node in
      ["groupVersion": Node(.string("\(group)/\(version)")), "version": Node(.string(version))]
    }
    return APIAnswer(
      200,
      [
        "kind": "APIGroup", "apiVersion": "v1", "name": Node(.string(group)),
        "versions": Node(.sequence(nodes)), "preferredVersion": nodes[nodes.count - 1],
      ])
  }

  private static func list(
    _ group: String, _ version: String, _ served: [TestCluster.Resource]
  ) -> APIAnswer {
    let resources = served.flatMap { resource -> [Node] in
      let fields: Mapping = [
        "name": Node(.string(resource.plural)), "kind": Node(.string(resource.kind)),
        "namespaced": Node(.boolean(resource.isNamespaced)),
      ]
      var status = fields
      status["name"] = Node(.string("\(resource.plural)/status"))
      return [Node(.mapping(fields)), Node(.mapping(status))]
    }
    return APIAnswer(
      200,
      [
        "kind": "APIResourceList", "apiVersion": "v1",
        "groupVersion": Node(.string(group.isEmpty ? version : "\(group)/\(version)")),
        "resources": Node(.sequence(resources)),
      ])
  }
}
