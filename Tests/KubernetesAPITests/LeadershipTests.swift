import Foundation
import InMemoryLogging
import Logging
import Synchronization
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("The Lease")
struct LeadershipTests {
  private let date = Date(timeIntervalSince1970: 1_800_000_000)

  @Test("is taken when it is free, renewed when it is ours, and left to another who renews it")
  func steps() throws {
    var election = LeaseElection(identity: "me", duration: .seconds(10))
    let start = ContinuousClock.now
    guard case .store(let first) = election.step(nil, now: start, date: date) else {
      Issue.record("a Lease that is not there is not taken")
      return
    }
    #expect(first.holder == "me" && first.transitions == 0)
    guard case .store(let renewed) = election.step(first, now: start, date: date + 2) else {
      Issue.record("our Lease is not renewed")
      return
    }
    #expect(renewed.renewed == date + 2 && renewed.acquired == date && renewed.transitions == 0)

    var other = renewed
    other.holder = "other"
    #expect(election.step(other, now: start, date: date) == .wait)
    #expect(election.step(other, now: start + .seconds(9), date: date) == .wait)
    // It was renewed: the time begins again, whatever the clocks of the machines say.
    other.renewed = date + 1000
    #expect(election.step(other, now: start + .seconds(10), date: date) == .wait)
    #expect(election.step(other, now: start + .seconds(19), date: date) == .wait)
    guard case .store(let taken) = election.step(other, now: start + .seconds(20), date: date)
    else {
      Issue.record("a Lease that is no longer renewed is not taken")
      return
    }
    #expect(taken.holder == "me" && taken.transitions == 1)
    other.holder = nil
    guard case .store = election.step(other, now: start, date: date) else {
      Issue.record("a Lease that was given back is not taken")
      return
    }
  }

  /// A replica, and whether it acts.
  private final class Replica: Sendable {
    let task: Task<Void, Never>
    let log = InMemoryLogHandler()
    private let acting: Acting

    init(_ name: String, _ kubeconfig: URL) throws {
      let access = try ClusterAccess.find(
        AccessSettings(kubeconfig: kubeconfig.path, environment: [:]))
      let client = KubernetesClient(
        access, agent: "test", environment: [:], logger: Logger(label: "test"))
      var settings = Leadership.Settings(namespace: "default", name: "watch", host: name)
      settings.duration = .seconds(1)
      settings.renewal = .milliseconds(600)
      settings.interval = .milliseconds(50)
      let leadership = Leadership(
        client, settings, logger: Logger(label: "test") { [log] _ in log })
      let acting = Acting()
      self.acting = acting
      task = Task {
        await leadership.run { _ in
        } _: {
          acting.set(true)
          try? await Task.sleep(for: .seconds(600))
          acting.set(false)
        }
      }
    }

    var acts: Bool { acting.value }

    /// What was logged about failures, as levels with the beginning of the reason.
    var failures: [String] {
      log.entries.filter { $0.level > .notice }.map { entry in
        let words = entry.message.description.split(separator: ":")
        return "\(entry.level)\(words.dropFirst().first ?? "")"
      }
    }
  }

  private final class Acting: Sendable {
    private let state = Mutex(false)
    var value: Bool { state.withLock { $0 } }
    func set(_ value: Bool) { state.withLock { $0 = value } }
  }

  /// Runs a body with a way to start replicas at a cluster.
  private func withReplicas(
    of kubeconfig: String, _ body: ((_ name: String) throws -> Replica) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let file = directory.appending(path: "kubeconfig")
      try Data(kubeconfig.utf8).write(to: file)
      try await body { name in try Replica(name, file) }
    }
  }

  @Test("goes from one replica to the next", arguments: ServedCluster.Server.available)
  func handOver(server: ServedCluster.Server) async throws {
    try await ServedCluster.with(server, []) { cluster in
      try await withReplicas(of: cluster.kubeconfig) { replica in
        let one = try replica("one")
        try await until { one.acts }
        let two = try replica("two")
        try await Task.sleep(for: .milliseconds(200))
        #expect(!two.acts)
        // Given back at the end, so that the next one need not wait.
        one.task.cancel()
        try await until { two.acts }
        #expect(!one.acts)
        two.task.cancel()
        await two.task.value
      }
    }
  }

  @Test("is not held without the API server, and taken again")
  func loss() async throws {
    let cluster = TestCluster(TestCluster.standard)
    try await APIServer.with(cluster) { server in
      try await withReplicas(of: server.kubeconfig()) { replica in
        let one = try replica("one")
        try await until { one.acts }
        cluster.deny("get leases")
        try await until { !one.acts }
        cluster.allow("get leases")
        try await until { one.acts }
        // Once each, and not that there was no time left for the last attempt.
        #expect(one.failures == ["warning forbidden", "error forbidden"])
        one.task.cancel()
        await one.task.value
      }
    }
  }
}
