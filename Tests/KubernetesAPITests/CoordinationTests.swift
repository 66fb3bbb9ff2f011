import Foundation
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("Conditions, Events and Leases")
struct CoordinationTests {
  private func database(_ conditions: [Node] = []) -> Node {
    [
      "apiVersion": "example.org/v1", "kind": "Database",
      "metadata": ["name": "db", "namespace": "team"],
      "status": conditions.isEmpty
        ? ["message": "ok"] : ["message": "ok", "conditions": Node(.sequence(conditions))],
    ]
  }

  private func types(_ node: Node?) -> [String] {
    (node?.value(at: "/status/conditions")?.sequence ?? []).compactMap { $0["type"]?.string }
  }

  private let condition = StatusCondition(
    type: "Landed", status: .isFalse, reason: "NeverCommitted", message: "no commit",
    lastTransitionTime: Date(timeIntervalSince1970: 1_800_000_000))

  @Test(
    "A condition is set beside those of others, whether the schema merges them or not",
    arguments: [false, true])
  func conditions(merges: Bool) async throws {
    let cluster = TestCluster([
      TestCluster.Resource(
        "example.org", "v1", "databases", "Database", mergesConditions: merges)
    ])
    let ready: Node = ["type": "Reconciled", "status": "True"]
    try cluster.put(database([ready]))
    let busy = cluster
    try await APIServer.with(
      cluster,
      faults: .init { line, number in
        // Another controller changes the object between reading and writing.
        if number == 1 {
          try? busy.put(self.database([ready, ["type": "Late", "status": "True"]]))
        }
        return nil
      }
    ) { server in
      let client = try client(of: server)
      func set(_ condition: StatusCondition) async throws {
        try await client.setCondition(
          condition, of: databaseResource, namespace: "team", name: "db",
          manager: "statestore-watch", deadline: .soon)
      }
      try await set(condition)
      let stored = cluster.object("databases", namespace: "team", "db")
      #expect(types(stored) == ["Reconciled", "Late", "Landed"])
      #expect(stored?.value(at: "/status/message")?.string == "ok")
      #expect(StatusCondition("Landed", of: stored ?? .null) == condition)

      // The same again writes nothing; a new message keeps the time of the transition.
      let writes = server.requests.filter { $0.hasPrefix("PATCH") }.count
      var later = condition
      later.lastTransitionTime += 60
      try await set(later)
      #expect(server.requests.filter { $0.hasPrefix("PATCH") }.count == writes)
      later.message = "still none"
      try await set(later)
      let again = cluster.object("databases", namespace: "team", "db") ?? .null
      #expect(
        StatusCondition("Landed", of: again)?.lastTransitionTime == condition.lastTransitionTime)
      #expect(types(again) == ["Reconciled", "Late", "Landed"])
    }
  }

  @Test("A condition of an object that is gone is no failure")
  func gone() async throws {
    let cluster = TestCluster([databases])
    try await APIServer.with(cluster) { server in
      let stored = try await client(of: server).setCondition(
        condition, of: databaseResource, namespace: "team", name: "db", manager: "m",
        deadline: .soon)
      #expect(stored == nil)
    }
  }

  @Test("An Event is created once and has the fields that the API asks for")
  func events() async throws {
    let cluster = TestCluster(TestCluster.standard)
    let event = ClusterEvent(
      regarding: ObjectReference(
        apiVersion: "example.org/v1", kind: "Database", namespace: "team", name: "db", uid: "u1"),
      severity: .warning, reason: "NotLanded", action: "Verify",
      note: String(repeating: "\u{e9}", count: 2000),
      time: Date(timeIntervalSince1970: 1_800_000_000.25))
    try await APIServer.with(cluster) { server in
      let client = try client(of: server)
      for _ in 0..<2 {
        try await client.report(
          event, controller: "statestore.dev/watch", instance: "pod-1", deadline: .soon)
      }
    }
    let stored = try #require(cluster.objects("events").first)
    #expect(cluster.objects("events").count == 1)
    #expect(stored["eventTime"]?.string == "2027-01-15T08:00:00.250000Z")
    #expect(stored["reportingController"]?.string == "statestore.dev/watch")
    #expect(stored.value(at: "/regarding/uid")?.string == "u1")
    #expect(stored["note"]?.string?.utf8.count ?? 0 <= 1024)
    #expect(stored.value(at: "/metadata/namespace")?.string == "team")
  }

  @Test("A Lease is taken by one only")
  func leases() async throws {
    let cluster = TestCluster(TestCluster.standard)
    try await APIServer.with(cluster) { server in
      let client = try client(of: server)
      func store(_ lease: Lease) async throws -> Lease {
        try await client.store(lease, named: "watch", namespace: "team", deadline: .soon)
      }
      #expect(try await client.lease("watch", namespace: "team", deadline: .soon) == nil)
      var lease = Lease(holder: "one", duration: .seconds(10))
      lease.renewed = Date(timeIntervalSince1970: 1_800_000_000.000_001)
      let first = try await store(lease)
      let second = try await #require(throws: KubernetesError.self) { try await store(lease) }
      #expect(second.code == .alreadyExists)
      let read = try #require(
        try await client.lease("watch", namespace: "team", deadline: .soon))
      #expect(read == first)
      var renewed = read
      renewed.transitions = 1
      _ = try await store(renewed)
      var stale = read
      stale.holder = "two"
      let conflict = try await #require(throws: KubernetesError.self) { try await store(stale) }
      #expect(conflict.code == .conflict)
    }
  }
}
