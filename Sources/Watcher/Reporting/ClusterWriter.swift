import Foundation
import KubernetesAPI
import Logging

/// Writes conditions and Events into the cluster.
struct ClusterWriter: Sendable {
  /// What is to be written for one request.
  struct Entry: Sendable {
    let request: WatchedRequest
    let resource: APIResource
    let decision: Decision
    /// The Works of the request, about which its Events are as well.
    let works: [ObjectReference]
  }

  /// The field manager that owns the condition, and the controller that reports the Events.
  static let manager = "statestore-watch"
  private static let controller = "statestore.dev/watch"
  /// How many requests are written for at once.
  private static let atOnce = 8

  let client: KubernetesClient
  /// The replica, as Events name it.
  let instance: String
  let writesStatus: Bool
  let telemetry: WatchTelemetry
  let logger: Logger

  /// Writes everything.
  ///
  /// - Returns: The requests for which something could not be written.
  func write(_ entries: [Entry], deadline: ContinuousClock.Instant) async -> Set<RequestKey> {
    var failed: Set<RequestKey> = []
    var rest = entries[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(Self.atOnce))
      rest = rest.dropFirst(batch.count)
      await withTaskGroup(of: RequestKey?.self) { group in
        for entry in batch { group.addTask { await write(entry, deadline: deadline) } }
        for await key in group { if let key { failed.insert(key) } }
      }
    }
    return failed
  }

  /// - Returns: The request, if something could not be written.
  private func write(_ entry: Entry, deadline: ContinuousClock.Instant) async -> RequestKey? {
    do throws(KubernetesError) {
      // The Event first: it has the same name if it is written again, and the condition remembers it.
      if let announcement = entry.decision.event {
        for regarding in [entry.request.reference] + entry.works {
          try await report(announcement, regarding, entry, deadline: deadline)
        }
      }
      if writesStatus, let condition = entry.decision.condition {
        try await client.setCondition(
          condition, of: entry.resource, namespace: entry.request.key.namespace,
          name: entry.request.key.name, manager: Self.manager, deadline: deadline)
        telemetry.wrote("condition", "written")
      }
      return nil
    } catch {
      if Task.isCancelled { return entry.request.key }
      telemetry.wrote("any", error.code.rawValue)
      logger.error(
        "not written into the cluster: \(error)", metadata: ["request": "\(entry.request.key)"])
      return entry.request.key
    }
  }

  private func report(
    _ announcement: Decision.Announcement, _ regarding: ObjectReference, _ entry: Entry,
    deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) {
    let isRequest = regarding == entry.request.reference
    let times = [entry.request.completed, entry.request.known?.lastTransitionTime]
    let event = ClusterEvent(
      regarding: regarding, related: isRequest ? nil : entry.request.reference,
      severity: announcement.severity, reason: announcement.reason, action: "Verify",
      note: announcement.note, time: Date(),
      occasion: times.map { $0.map(KubernetesTime.text) ?? "" }.joined(separator: " "))
    try await client.report(
      event, controller: Self.controller, instance: instance, deadline: deadline)
    telemetry.wrote("event", "written")
  }
}
