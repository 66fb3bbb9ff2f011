package import Foundation
import KubernetesAPI
import Landing
import Support
import Synchronization

/// What the watcher counts, for Prometheus.
package final class WatchTelemetry: Sendable {
  private struct Metrics {
    let build: Metric
    var requests = Metric(
      "statestore_requests", .gauge, "Requests of the cluster by verdict.", labels: ["verdict"])
    var failing = Metric(
      "statestore_request_failed", .gauge,
      "Requests whose pipelines completed and whose output is not on the branch as it should be; always 1.",
      labels: ["promise", "namespace", "name", "reason"])
    var landing = Metric(
      "statestore_landing_seconds",
      .histogram([1, 2.5, 5, 10, 15, 30, 60, 120, 300, 600, 1800]),
      "From the completion of the pipelines until the output was seen on the branch.")
    var storeUp = Metric(
      "statestore_store_up", .gauge, "Whether the state store could be read by the last look.",
      labels: ["store"])
    var promiseUp = Metric(
      "statestore_promise_up", .gauge, "Whether the requests of the Promise can be read.",
      labels: ["promise"])
    var apiUp = Metric(
      "statestore_api_up", .gauge,
      "Whether the API server answers.")
    var leader = Metric(
      "statestore_watch_leader", .gauge, "Whether this replica acts; 0 for a standby.")
    var lastLook = Metric(
      "statestore_watch_last_look_timestamp_seconds", .gauge,
      "When the state stores were last looked at.")
    var lookDuration = Metric(
      "statestore_watch_look_duration_seconds",
      .histogram([0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]), "How long looks took.")
    var writes = Metric(
      "statestore_watch_writes_total", .counter, "Conditions and Events that were written.",
      labels: ["kind", "outcome"])
    var notifications = Metric(
      "statestore_watch_notifications_total", .counter,
      "Changes that were posted to the address of --notify.", labels: ["outcome"])
    var memory = Metric(
      "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.")
    var started = Metric(
      "process_start_time_seconds", .gauge,
      "Start time of the process since unix epoch in seconds.")

    var leads = false
    /// How many requests there were when the API server was lost; 0 while it answers.
    var lost = 0

    var all: [Metric] {
      [
        build, requests, failing, landing, storeUp, promiseUp, apiUp, leader, lastLook,
        lookDuration, writes, notifications, memory, started,
      ]
    }
  }

  /// How many failing requests are listed by name.
  private static let mostNames = 1000

  private let metrics: Mutex<Metrics>
  private let board: VerdictBoard

  package init(
    _ board: VerdictBoard, version: String, commit: String? = nil, startedAt date: Date
  ) {
    metrics = Mutex(Metrics(build: .buildInfo(version: version, commit: commit)))
    self.board = board
    metrics.withLock { metrics in
      metrics.started.set(date.timeIntervalSince1970)
      metrics.leader.set(0)
      metrics.apiUp.set(0)
    }
  }

  func landed(after seconds: TimeInterval) {
    metrics.withLock { $0.landing.observe(max(0, seconds)) }
  }

  func looked(_ stores: [String: Bool], took duration: Duration, at date: Date) {
    metrics.withLock { metrics in
      metrics.storeUp.clear()
      for (name, isUp) in stores { metrics.storeUp.set(isUp ? 1 : 0, [name]) }
      metrics.lookDuration.observe(duration.seconds)
      metrics.lastLook.set(date.timeIntervalSince1970)
    }
  }

  /// Which Promises' requests can be read.
  func follows(_ promises: [String: Bool]) {
    metrics.withLock { metrics in
      metrics.promiseUp.clear()
      for (name, isUp) in promises { metrics.promiseUp.set(isUp ? 1 : 0, [name]) }
    }
  }

  func notified(_ outcome: String) {
    metrics.withLock { $0.notifications.add(1, [outcome]) }
  }

  func wrote(_ kind: String, _ outcome: String) {
    metrics.withLock { $0.writes.add(1, [kind, outcome]) }
  }

  /// Whether this replica acts, and whether the API server can be asked.
  package func leads(_ isLeader: Bool, isAPIUp: Bool) {
    metrics.withLock { metrics in
      metrics.leads = isLeader
      metrics.leader.set(isLeader ? 1 : 0)
      metrics.apiUp.set(isAPIUp ? 1 : 0)
      guard !isLeader else { return }
      metrics.storeUp.clear()
      metrics.promiseUp.clear()
      // What another replica counts is not counted twice; without the API server no replica counts.
      metrics.lost = isAPIUp ? 0 : max(metrics.lost, board.read { max($0.count, $0.entries.count) })
      board.clear()
    }
  }

  /// Everything in Prometheus' text format.
  package var text: String {
    let (counts, failing) = board.read { ($0.counts, $0.failing(atMost: Self.mostNames)) }
    return metrics.withLock { metrics in
      metrics.requests.clear()
      metrics.failing.clear()
      if metrics.leads {
        for verdict in Judgement.Verdict.allCases {
          metrics.requests.set(Double(counts[verdict] ?? 0), [verdict.rawValue])
        }
        for (key, judgement) in failing {
          metrics.failing.set(1, [key.promise, key.namespace, key.name, judgement.reason])
        }
      } else if metrics.lost > 0 {
        metrics.requests.set(Double(metrics.lost), [Judgement.Verdict.unknown.rawValue])
      }
      metrics.memory.set(Double(ProcessMemory.resident))
      return metrics.all.map(\.text).joined()
    }
  }
}
