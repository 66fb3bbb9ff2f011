package import Kratix
package import KubernetesAPI
import Landing
package import Manifests

extension ClusterReader: EvidenceSource {
  package func platform() async throws -> ClusterAnswer {
    let resources = try await kratixResources()
    var items: [Node] = []
    let kinds: Set = ["Promise", "Destination", "GitStateStore"]
    for kind in kinds.sorted() {
      guard let resource = resources[kind] else { continue }
      items += try await client.list(ObjectQuery(resource), deadline: deadline).items
    }
    return answer(items, kinds)
  }

  package func request(
    _ identity: RequestIdentity, of promise: Promise?, in dumps: [ManifestFile]
  ) async throws -> ClusterAnswer {
    guard let promise, let kind = promise.kind else { return ClusterAnswer(kinds: []) }
    let object = try await client.object(
      try await resource(of: promise), namespace: identity.namespace, name: identity.name,
      deadline: deadline)
    return answer([object].compactMap(\.self), [kind])
  }

  package func objects(of identity: RequestIdentity, in namespace: String) async throws
    -> ClusterAnswer
  {
    let resources = try await kratixResources()
    var items: [Node] = []
    for kind in ["Work", "WorkPlacement"] {
      guard let resource = resources[kind] else { continue }
      items += try await client.list(
        ObjectQuery(resource, namespace: namespace, pageSize: Self.pageOfWorks),
        deadline: deadline
      ).items
    }
    items += try await runs(of: identity, in: namespace)
    return answer(items, ["Work", "WorkPlacement", "Job", "Pod"])
  }

  /// The Jobs and Pods of a request's pipelines.
  ///
  /// - Throws: `KubernetesError`.
  package func runs(
    of identity: RequestIdentity, in namespace: String
  ) async throws(KubernetesError) -> [Node] {
    let labels =
      "kratix.io/promise-name=\(identity.promise),kratix.io/resource-name=\(identity.name)"
    var items: [Node] = []
    for resource in Self.runs {
      items += try await client.list(
        ObjectQuery(resource, namespace: namespace, labels: labels), deadline: deadline
      ).items
    }
    return items
  }

  private static let runs = [
    APIResource(group: "batch", version: "v1", plural: "jobs", kind: "Job"),
    APIResource(group: "", version: "v1", plural: "pods", kind: "Pod"),
  ]

  package func agents() async -> [ClusterAnswer] {
    var answers: [ClusterAnswer] = []
    for (kind, group) in [
      ("GitRepository", "source.toolkit.fluxcd.io"),
      ("Kustomization", "kustomize.toolkit.fluxcd.io"), ("Application", "argoproj.io"),
    ] {
      guard
        // None needs to be installed, or to be readable.
        let resource = try? await client.resource(kind: kind, group: group, deadline: deadline),
        let list = try? await client.list(ObjectQuery(resource), deadline: deadline)
      else { continue }
      answers.append(answer(list.items, []))
    }
    return answers
  }

  private func answer(_ items: [Node], _ kinds: Set<String>) -> ClusterAnswer {
    ClusterAnswer(items, kinds: kinds, from: client.server)
  }
}
