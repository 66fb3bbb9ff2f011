internal import Foundation
internal import Landing
internal import Support
internal import Synchronization
internal import Verification

/// What the service counts and measures of itself, for Prometheus.
final class Telemetry: Sendable {
  private struct Metrics {
    let build: Metric
    var writes = Metric(
      "statestore_writes_total", .counter, "Landings of Works that were tried.",
      labels: ["store", "outcome"])
    var writeDuration = Metric(
      "statestore_write_duration_seconds", .histogram(durations),
      "How long landings took, reading back included.", labels: ["store"])
    var pushes = Metric(
      "statestore_pushes_total", .counter, "Pushes that the Git server answered.",
      labels: ["store", "outcome"])
    var pushDuration = Metric(
      "statestore_push_duration_seconds", .histogram(durations),
      "How long pushes took, from the first byte sent to the server's answer.", labels: ["store"])
    var batchSize = Metric(
      "statestore_push_batch_size", .histogram([1, 2, 5, 10, 25, 50, 100, 250, 500, 1000]),
      "How many writes went out with one push.", labels: ["store"])
    var conflicts = Metric(
      "statestore_push_conflicts_total", .counter,
      "Pushes that were lost because others moved the branch first.", labels: ["store"])
    var signedCommits = Metric(
      "statestore_signed_commits_total", .counter, "Commits that were signed, and then pushed.",
      labels: ["store", "format"])
    var signingDuration = Metric(
      "statestore_signing_duration_seconds", .histogram([0.0005, 0.001, 0.0025] + durations),
      "How long it took to sign the commits of a push and to verify the signatures.",
      labels: ["store", "format"])
    var queueDepth = Metric(
      "statestore_queue_depth", .gauge, "Works that wait to be landed.", labels: ["store"])
    var storeUp = Metric(
      "statestore_store_up", .gauge,
      "Whether the state store could be read by the last look and answered the last landing.",
      labels: ["store"])
    var lastLanded = Metric(
      "statestore_last_landed_timestamp_seconds", .gauge, "When something last landed.",
      labels: ["store", "destination"])
    var lastVerified = Metric(
      "statestore_last_verified_timestamp_seconds", .gauge,
      "When all that is there was last verified.",
      labels: ["store", "destination"])
    var resources = Metric(
      "statestore_resources", .gauge, "Works by the verdict of verification at a Destination.",
      labels: ["store", "destination", "promise", "verdict"])
    var unsettled = Metric(
      "statestore_oldest_unsettled_timestamp_seconds", .gauge,
      "Since when the Work has waited that has waited longest; 0 when none does.",
      labels: ["store"])
    var drifts = Metric(
      "statestore_drifts_total", .counter, "Changes by others that were found in owned paths.",
      labels: ["store"])
    var requests = Metric(
      "statestore_http_requests_total", .counter, "Requests that were answered.",
      labels: ["method", "route", "status"])
    var requestDuration = Metric(
      "statestore_http_request_duration_seconds", .histogram(durations),
      "How long answers took.", labels: ["method", "route"])
    var leader = Metric(
      "statestore_service_leader", .gauge, "Whether this replica acts; 0 for one on standby.")
    var apiUp = Metric(
      "statestore_api_up", .gauge, "Whether the API server answers.")
    var memory = Metric(
      "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.")
    var started = Metric(
      "process_start_time_seconds", .gauge,
      "Start time of the process since unix epoch in seconds.")

    private static let durations = [
      0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]

    var all: [Metric] {
      [
        build, writes, writeDuration, pushes, pushDuration, batchSize, conflicts,
        signedCommits, signingDuration, queueDepth, storeUp, lastLanded, lastVerified,
        resources, unsettled, drifts, requests, requestDuration, leader, apiUp, memory, started,
      ]
    }
  }

  private let metrics: Mutex<Metrics>
  private let startedAt: Date

  init(version: String, commit: String?, startedAt date: Date) {
    metrics = Mutex(Metrics(build: .buildInfo(version: version, commit: commit)))
    startedAt = date
    metrics.withLock { metrics in
      metrics.started.set(date.timeIntervalSince1970)
    }
  }

  /// A landing was tried.
  func landed(_ result: StoreResult, in store: String, took duration: Duration) {
    metrics.withLock { metrics in
      metrics.writes.add(1, [store, result.outcome.rawValue])
      metrics.writeDuration.observe(duration / .seconds(1), [store])
      guard result.outcome.isSuccess, let receipt = result.receipt else { return }
      // Receipts are written here; what cannot be read is no time to tell.
      guard let date = try? Date(receipt.verifiedAt, strategy: .iso8601) else { return }
      for placement in receipt.placements where placement.outcome == .landed {
        metrics.lastLanded.set(date.timeIntervalSince1970, [store, placement.destination])
      }
    }
  }

  /// A push was answered.
  func pushed(_ push: PushObservation) {
    let store = push.stateStore.name
    metrics.withLock { metrics in
      metrics.pushes.add(1, [store, push.outcome.rawValue])
      metrics.pushDuration.observe(push.duration / .seconds(1), [store])
      metrics.batchSize.observe(Double(push.writes), [store])
      let isConflict = push.outcome == .moved || push.outcome == .locked
      metrics.conflicts.add(isConflict ? 1 : 0, [store])
      guard let signing = push.signing else { return }
      metrics.signedCommits.add(Double(signing.commits), [store, signing.format])
      metrics.signingDuration.observe(signing.duration / .seconds(1), [store, signing.format])
    }
  }

  /// How many Works wait.
  func queueDepth(_ depth: Int, store: String) {
    metrics.withLock { $0.queueDepth.set(Double(depth), [store]) }
  }

  /// A request was answered.
  func answered(method: String, route: String, status: Int, took duration: Duration) {
    metrics.withLock { metrics in
      metrics.requests.add(1, [method, route, String(status)])
      metrics.requestDuration.observe(duration / .seconds(1), [method, route])
    }
  }

  /// A state store was checked.
  func checked(_ store: String, destinations: [String], drifts: Int, at date: Date) {
    metrics.withLock { metrics in
      metrics.drifts.add(Double(drifts), [store])
      for destination in destinations {
        metrics.lastVerified.set(date.timeIntervalSince1970, [store, destination])
      }
    }
  }

  /// Whether this replica acts, and whether the API server that decides it answers.
  func replica(acts: Bool, isAPIUp: Bool) {
    metrics.withLock { metrics in
      metrics.leader.set(acts ? 1 : 0)
      metrics.apiUp.set(isAPIUp ? 1 : 0)
    }
  }

  /// What a replica on standby has to say.
  var textOfStandby: String {
    metrics.withLock { metrics in
      metrics.memory.set(Double(ProcessMemory.resident))
      return [metrics.build, metrics.leader, metrics.apiUp, metrics.memory, metrics.started]
        .map(\.text).joined()
    }
  }

  /// Everything in Prometheus' text format.
  ///
  /// - Parameters:
  ///   - counts: What the desired state holds at this moment.
  ///   - statuses: What is known of the state stores.
  func text(with counts: StandingCounts, _ statuses: [String: StoreHealth.Status]) -> String {
    metrics.withLock { metrics in
      metrics.storeUp.clear()
      for (store, status) in statuses {
        metrics.storeUp.set(status.problem == nil ? 1 : 0, [store])
      }
      metrics.resources.clear()
      for count in counts.resources {
        metrics.resources.set(
          Double(count.count),
          [count.store, count.destination, count.promise, count.verdict.rawValue])
      }
      for (labels, landing) in counts.lastLandings {
        // The service wrote it; what it cannot read is no time to tell.
        guard let date = try? Date(landing.time, strategy: .iso8601) else { continue }
        metrics.lastLanded.set(date.timeIntervalSince1970, labels)
        // An earlier process has read it back then. What has landed since is one Work of many.
        if date < startedAt { metrics.lastVerified.raise(to: date.timeIntervalSince1970, labels) }
      }
      metrics.unsettled.clear()
      for (store, date) in counts.oldestUnsettled {
        metrics.unsettled.set(date?.timeIntervalSince1970 ?? 0, [store])
      }
      metrics.memory.set(Double(ProcessMemory.resident))
      return metrics.all.map(\.text).joined()
    }
  }
}
