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

  @Test(
    "Conditions that several controllers set at the same time are all there",
    arguments: ServedCluster.Server.available, [false, true])
  func simultaneous(server: ServedCluster.Server, merges: Bool) async throws {
    var kind = workKind
    kind.mergesConditions = merges
    try await ServedCluster.with(server, [kind]) { cluster in
      try await cluster.put(
        cluster.work(
          "a",
          status: [
            "message": "ok",
            "conditions": [["type": "Reconciled", "status": "True", "reason": "Reconciled"]],
          ]))
      let client = try client(of: cluster)
      let types = ["Landed", "One", "Two"]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for type in types {
          group.addTask {
            var own = self.condition
            own.type = type
            for message in ["first", "second"] {
              own.message = message
              own.lastTransitionTime += 1
              try await client.setCondition(
                own, of: cluster.works, namespace: cluster.namespace, name: "a",
                manager: "manager-\(type)", deadline: .soon)
            }
          }
        }
        try await group.waitForAll()
      }
      let stored = try #require(try await cluster.objects("works").first)
      #expect(self.types(stored).sorted() == ["Landed", "One", "Reconciled", "Two"])
      #expect(stored.value(at: "/status/message")?.string == "ok")
      for type in types {
        let known = StatusCondition(type, of: stored)
        #expect(known?.message == "second")
        let first = condition.lastTransitionTime + 1
        #expect(known?.lastTransitionTime == first, "the status has not changed since")
      }
    }
  }

  @Test(
    "A condition of an object that is gone is no failure",
    arguments: ServedCluster.Server.available)
  func gone(server: ServedCluster.Server) async throws {
    try await ServedCluster.with(server, [workKind]) { cluster in
      let stored = try await client(of: cluster).setCondition(
        condition, of: cluster.works, namespace: cluster.namespace, name: "a", manager: "m",
        deadline: .soon)
      #expect(stored == nil)
    }
  }

  @Test(
    "An Event is created once and has the fields that the API asks for",
    arguments: ServedCluster.Server.available)
  func events(server: ServedCluster.Server) async throws {
    try await ServedCluster.with(server, [workKind]) { cluster in
      let event = ClusterEvent(
        regarding: ObjectReference(
          apiVersion: "example.org/v1", kind: "Database", namespace: cluster.namespace, name: "db",
          uid: "u1"),
        related: ObjectReference(
          apiVersion: "\(cluster.group)/v1alpha1", kind: "Work", namespace: cluster.namespace,
          name: "w"),
        severity: .warning, reason: "NotLanded", action: "Verify",
        note: String(repeating: "\u{e9}", count: 2000),
        time: Date(timeIntervalSince1970: 1_800_000_000.25))
      for _ in 0..<2 {
        try await client(of: cluster).report(
          event, controller: "statestore.dev/watch", instance: "pod-1", deadline: .soon)
      }
      let events = try await cluster.objects("events")
      let stored = try #require(events.first)
      #expect(events.count == 1)
      #expect(stored["eventTime"]?.string == "2027-01-15T08:00:00.250000Z")
      #expect(stored["reportingController"]?.string == "statestore.dev/watch")
      #expect(stored.value(at: "/regarding/uid")?.string == "u1")
      #expect(stored.value(at: "/related/name")?.string == "w")
      #expect(stored["note"]?.string?.utf8.count ?? 0 <= 1024)
    }
  }

  @Test("A Lease is taken by one only", arguments: ServedCluster.Server.available)
  func leases(server: ServedCluster.Server) async throws {
    try await ServedCluster.with(server, []) { cluster in
      let client = try client(of: cluster)
      func store(_ lease: Lease) async throws -> Lease {
        try await client.store(
          lease, named: "watch", namespace: cluster.namespace, deadline: .soon)
      }
      func read() async throws -> Lease? {
        try await client.lease("watch", namespace: cluster.namespace, deadline: .soon)
      }
      #expect(try await read() == nil)
      var lease = Lease(holder: "one", duration: .seconds(10))
      lease.renewed = Date(timeIntervalSince1970: 1_800_000_000.000_001)
      let first = try await store(lease)
      let second = try await #require(throws: KubernetesError.self) { try await store(lease) }
      #expect(second.code == .alreadyExists)
      let known = try #require(try await read())
      #expect(known == first)
      var renewed = known
      renewed.transitions = 1
      _ = try await store(renewed)
      var stale = known
      stale.holder = "two"
      let conflict = try await #require(throws: KubernetesError.self) { try await store(stale) }
      #expect(conflict.code == .conflict)
      // Given back: no one has it.
      var free = try #require(try await read())
      free.holder = nil
      #expect(try await store(free).holder == nil)
    }
  }
}
