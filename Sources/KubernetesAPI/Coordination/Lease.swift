package import Foundation
package import Manifests

/// Which replica acts (`coordination.k8s.io/v1`).
package struct Lease: Sendable, Hashable {
  package static let resource = APIResource(
    group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")

  /// The replica that has it; `nil` if none has.
  package var holder: String?
  /// How long the others wait after the last renewal.
  package var duration: Duration
  package var acquired: Date?
  package var renewed: Date?
  /// How often it went from one replica to another.
  package var transitions: Int
  /// The version that an update replaces; `nil` for one that is not created yet.
  package var resourceVersion: String?

  package init(holder: String?, duration: Duration) {
    self.holder = holder
    self.duration = duration
    transitions = 0
  }

  package init(_ object: Node) {
    let spec = object["spec"]
    holder = spec?["holderIdentity"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    duration = .seconds(max(1, spec?["leaseDurationSeconds"]?.integer ?? 15))
    acquired = spec?["acquireTime"]?.string.flatMap(KubernetesTime.date)
    renewed = spec?["renewTime"]?.string.flatMap(KubernetesTime.date)
    transitions = Int(spec?["leaseTransitions"]?.integer ?? 0)
    resourceVersion = object.value(at: "/metadata/resourceVersion")?.string
  }

  package func node(name: String, namespace: String) -> Node {
    var metadata: Mapping = [
      "name": Node(.string(name)), "namespace": Node(.string(namespace)),
    ]
    if let resourceVersion { metadata["resourceVersion"] = Node(.string(resourceVersion)) }
    var spec: Mapping = [
      "holderIdentity": Node(.string(holder ?? "")),
      "leaseDurationSeconds": Node(.integer(duration.components.seconds)),
      "leaseTransitions": Node(.integer(Int64(transitions))),
    ]
    if let acquired { spec["acquireTime"] = Node(.string(KubernetesTime.microText(acquired))) }
    if let renewed { spec["renewTime"] = Node(.string(KubernetesTime.microText(renewed))) }
    return [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": Node(.mapping(metadata)),
      "spec": Node(.mapping(spec)),
    ]
  }
}

extension KubernetesClient {
  /// The Lease of a name; `nil` if there is none.
  ///
  /// - Throws: `KubernetesError`.
  package func lease(
    _ name: String, namespace: String, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Lease? {
    try await object(Lease.resource, namespace: namespace, name: name, deadline: deadline)
      .map(Lease.init)
  }

  /// Creates a Lease, or replaces the one that was read.
  ///
  /// - Returns: The Lease as the server stored it.
  /// - Throws: `KubernetesError`; `conflict` or `already-exists` if another replica was faster.
  package func store(
    _ lease: Lease, named name: String, namespace: String, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Lease {
    let node = lease.node(name: name, namespace: namespace)
    guard lease.resourceVersion != nil else {
      return Lease(try await create(node, Lease.resource, namespace: namespace, deadline: deadline))
    }
    return Lease(
      try await update(
        node, Lease.resource, namespace: namespace, name: name, deadline: deadline))
  }
}
