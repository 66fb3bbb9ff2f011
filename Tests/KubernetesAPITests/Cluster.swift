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
  let text = server.kubeconfig(user: user, cluster: cluster)
  let access = try Kubeconfig([("/test/config", Array(text.utf8))])
    .access(context: nil, read: FileReading.bytes)
  return KubernetesClient(
    access, agent: "test/1", environment: [:], logger: Logger(label: "test"), limits: limits,
    pacing: pacing, now: now)
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

func names(_ nodes: [Node]) -> [String] {
  nodes.compactMap { $0.value(at: "/metadata/name")?.string }
}
