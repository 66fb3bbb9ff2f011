import Foundation
package import Manifests

/// A cluster behind an API server: ours, or a real one, for tests that make the same claims about both.
package struct ServedCluster: Sendable {
  package enum Server: String, Sendable, CaseIterable, CustomStringConvertible {
    case ours = "our server"
    case real = "a real server"

    package var description: String { rawValue }

    /// Ours, and a real one where `STATESTORE_TEST_KUBECONFIG` names it (`scripts/check-cluster`).
    package static var available: [Server] { realKubeconfig == nil ? [.ours] : allCases }
  }

  private enum Backend: Sendable {
    case ours(TestCluster)
    case real(Kubectl)
  }

  private static let realKubeconfig =
    ProcessInfo.processInfo.environment["STATESTORE_TEST_KUBECONFIG"]

  /// The API group of the kinds, which no other test uses.
  package let group: String
  /// A namespace that no other test uses.
  package let namespace: String
  /// The text of a kubeconfig of an administrator.
  package let kubeconfig: String
  private let backend: Backend

  /// Runs a body with a cluster that serves some kinds in a group of its own.
  ///
  /// - Parameters:
  ///   - kinds: The kinds; their group does not matter.
  ///   - denied: Verbs on resources that the user of the kubeconfig may not do: `list works`. On a real
  ///     server the user may do nothing at all then.
  package static func with<Value>(
    _ server: Server, _ kinds: [TestCluster.Resource], denied: [String] = [],
    _ body: (ServedCluster) async throws -> Value
  ) async throws -> Value {
    let name = "t" + UUID().uuidString.prefix(8).lowercased()
    let group = "\(name).example.org"
    let kinds = kinds.map { kind in
      var kind = kind
      kind.group = group
      return kind
    }
    switch server {
    case .ours:
      let cluster = TestCluster(TestCluster.standard + kinds)
      for rule in denied { cluster.deny(rule) }
      return try await APIServer.with(cluster) { server in
        try await body(
          ServedCluster(
            group: group, namespace: name, kubeconfig: server.kubeconfig(),
            backend: .ours(cluster)))
      }
    case .real:
      let kubectl = Kubectl(kubeconfig: realKubeconfig ?? "")
      try await kubectl.install(kinds, namespace: name)
      var text = try String(contentsOf: URL(filePath: kubectl.kubeconfig), encoding: .utf8)
      if !denied.isEmpty {
        text = text.replacing(
          "current-context: administrator", with: "current-context: stranger")
      }
      return try await body(
        ServedCluster(
          group: group, namespace: name, kubeconfig: text, backend: .real(kubectl)))
    }
  }

  /// Creates or replaces an object, with its status.
  package func put(_ object: Node) async throws {
    switch backend {
    case .ours(let cluster): try cluster.put(object)
    case .real(let kubectl): try await kubectl.apply(object)
    }
  }

  package func delete(_ plural: String, _ name: String) async throws {
    switch backend {
    case .ours(let cluster): cluster.delete(plural, namespace: namespace, name)
    case .real(let kubectl):
      try await kubectl.run([
        "delete", "\(plural).\(group)", name, "--namespace", namespace, "--wait=false",
      ])
    }
  }

  /// All objects of a kind in the namespace.
  package func objects(_ plural: String) async throws -> [Node] {
    switch backend {
    case .ours(let cluster):
      return cluster.objects(plural).filter {
        $0.value(at: "/metadata/namespace")?.string == namespace
      }
    case .real(let kubectl):
      let kind = plural == "events" ? "events.events.k8s.io" : "\(plural).\(group)"
      let text = try await kubectl.run([
        "get", kind, "--namespace", namespace, "--output", "json",
      ])
      return try JSONReader.node(of: Array(text.utf8), name: "kubectl")["items"]?.sequence ?? []
    }
  }
}

/// A real API server, by kubectl.
private struct Kubectl: Sendable {
  let kubeconfig: String

  @discardableResult
  func run(_ arguments: [String], input: String = "") async throws -> String {
    let ended = try await Program.run(
      "kubectl", ["--kubeconfig", kubeconfig] + arguments, input: Array(input.utf8))
    guard ended.isSuccess else { throw TestFailure("kubectl \(arguments): \(ended.errors)") }
    return ended.text
  }

  func apply(_ object: Node) async throws {
    let text = JSONWriter().text(of: object)
    try await run(["apply", "--validate=false", "--filename", "-"], input: text)
    guard let status = object["status"], let identity = ObjectIdentity(object) else { return }
    let group = identity.apiVersion.split(separator: "/").dropLast().joined()
    let kind = [identity.kind, group].filter { !$0.isEmpty }.joined(separator: ".")
    try await run([
      "patch", kind, identity.name, "--namespace", identity.namespace ?? "default",
      "--subresource=status", "--type=merge", "--patch",
      JSONWriter().text(of: ["status": status]),
    ])
  }

  func install(_ kinds: [TestCluster.Resource], namespace: String) async throws {
    try await run(["create", "namespace", namespace])
    for kind in kinds {
      try await run(
        ["apply", "--validate=false", "--filename", "-"], input: Self.definition(of: kind))
      try await until { (try? await run(["get", "\(kind.plural).\(kind.group)"])) != nil }
    }
  }

  /// A custom resource definition with a status as Kratix gives requests, or with conditions that are merged.
  private static func definition(of kind: TestCluster.Resource) -> String {
    """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: \(kind.plural).\(kind.group)}
    spec:
      group: \(kind.group)
      scope: Namespaced
      names: {plural: \(kind.plural), kind: \(kind.kind)}
      versions:
      - name: \(kind.version)
        served: true
        storage: true
        subresources: {status: {}}
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
              status:
                type: object
                x-kubernetes-preserve-unknown-fields: true
                properties:
                  conditions:
                    type: array
                    \(kind.mergesConditions ? "x-kubernetes-list-type: map" : "")
                    \(kind.mergesConditions ? "x-kubernetes-list-map-keys: [type]" : "")
                    items:
                      type: object
                      required: [type]
                      properties:
                        type: {type: string}
                        status: {type: string}
                        reason: {type: string}
                        message: {type: string}
                        lastTransitionTime: {type: string}

    """
  }
}
