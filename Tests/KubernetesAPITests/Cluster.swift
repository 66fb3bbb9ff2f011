import Foundation
import Logging
import Manifests
import Synchronization
import TestSupport

@testable import KubernetesAPI

/// A client of a test server.
func client(
  of server: APIServer, user: String = "{}", cluster: [String] = [],
  limits: KubernetesClient.Limits = .init(), pacing: Pacing = .real,
  now: @escaping @Sendable () -> Date = { Date() }
) throws -> KubernetesClient {
  KubernetesClient(
    try access(server.kubeconfig(user: user, cluster: cluster)), agent: "test/1", environment: [:],
    logger: Logger(label: "test"), limits: limits, pacing: pacing, now: now)
}

/// A client of a cluster on either server.
func client(of cluster: ServedCluster) throws -> KubernetesClient {
  KubernetesClient(
    try access(cluster.kubeconfig), agent: "test/1", environment: [:],
    logger: Logger(label: "test"))
}

private func access(_ kubeconfig: String) throws -> ClusterAccess {
  try Kubeconfig([("/test/config", Array(kubeconfig.utf8))])
    .access(context: nil, read: FileReading.bytes)
}

/// Time that passes only when something sleeps.
final class SkippedTime: Sendable {
  private let state = Mutex((now: ContinuousClock.now, pauses: [Duration]()))

  var pauses: [Duration] { state.withLock { $0.pauses } }

  func pacing(random: Double = 0) -> Pacing {
    Pacing(
      now: { self.state.withLock { $0.now } },
      sleep: { duration in
        try Task.checkCancellation()
        self.state.withLock { state in
          state.now += duration
          state.pauses.append(duration)
        }
        await Task.yield()
      }, random: { random })
  }
}

extension ContinuousClock.Instant {
  /// Long enough for every call of a test.
  static var soon: ContinuousClock.Instant { .now + .seconds(20) }
}

let works = APIResource(
  group: "platform.kratix.io", version: "v1alpha1", plural: "works", kind: "Work")
let databases = TestCluster.Resource("example.org", "v1", "databases", "Database")
let databaseResource = APIResource(
  group: "example.org", version: "v1", plural: "databases", kind: "Database")

func work(_ name: String, namespace: String = "default") -> Node {
  [
    "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Work",
    "metadata": ["name": Node(.string(name)), "namespace": Node(.string(namespace))],
    "spec": ["promiseName": "postgresql"],
  ]
}

let workKind = TestCluster.Resource("", "v1alpha1", "works", "Work")

extension ServedCluster {
  /// Its kind `Work`.
  var works: APIResource {
    APIResource(group: group, version: "v1alpha1", plural: "works", kind: "Work")
  }

  /// An object of that kind, in the namespace of the test.
  func work(_ name: String, status: Node? = nil) -> Node {
    var fields: Mapping = [
      "apiVersion": Node(.string("\(group)/v1alpha1")), "kind": "Work",
      "metadata": ["name": Node(.string(name)), "namespace": Node(.string(namespace))],
      "spec": ["promiseName": "postgresql"],
    ]
    fields["status"] = status
    return Node(.mapping(fields))
  }
}

func names(_ nodes: [Node]) -> [String] {
  nodes.compactMap { $0.value(at: "/metadata/name")?.string }
}
