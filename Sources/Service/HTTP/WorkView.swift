internal import Foundation
internal import Kratix
internal import Landing
internal import Manifests
internal import Verification

/// Works as they are shown: the object that was put, with its status.
struct WorkView {
  /// The state stores that there are.
  let stores: [String]
  /// Whether they can be used.
  let health: [String: StoreHealth.Status]

  /// A Work with its status.
  ///
  /// - Parameter progress: How far what is told of has come, where that is one request and not the
  ///   Work as it is wanted now.
  /// - Returns: The object; where the database holds something else, what is known without it.
  /// - Throws: `EncodingError` or `ManifestError`, which would mean that the status is no JSON.
  func node(of work: DesiredWork, progress: WorkProgress? = nil) throws -> Node {
    var fields = Self.object(of: work)
    var metadata = fields["metadata"]?.mapping ?? [:]
    metadata["resourceVersion"] = Node(.string(work.version))
    metadata["generation"] = Node(.integer(work.generation))
    if metadata["creationTimestamp"] == nil {
      metadata["creationTimestamp"] = Node(.string(work.createdAt.formatted(.iso8601)))
    }
    if let date = work.removalRequestedAt {
      metadata["deletionTimestamp"] = Node(.string(date.formatted(.iso8601)))
    }
    fields["metadata"] = Node(.mapping(metadata))
    fields["status"] = try status(
      of: work, outcome: (progress ?? WorkProgress(of: work, in: stores)).outcome)
    return Node(.mapping(fields))
  }

  private static func object(of work: DesiredWork) -> Mapping {
    if let object = (try? work.object())?.mapping { return object }
    return [
      "apiVersion": Node(.string("\(PlatformObject.kratixGroup)/v1alpha1")), "kind": "Work",
      "metadata": [
        "name": Node(.string(work.key.name)), "namespace": Node(.string(work.key.namespace)),
        "annotations": [
          "statestore/unreadable": Node(
            .string("what the desired state holds of it cannot be read; put it again"))
        ],
      ],
      "spec": ["promiseName": Node(.string(work.promise))],
    ]
  }

  /// A page of Works, as Kubernetes writes lists.
  ///
  /// - Throws: `ManifestError`.
  func list(_ page: WorkPage) throws -> Node {
    var metadata: Mapping = [:]
    if page.remaining > 0, let last = page.works.last {
      metadata["continue"] = Node(.string(PageToken.text(after: last.key)))
      metadata["remainingItemCount"] = Node(.integer(Int64(page.remaining)))
    }
    return [
      "apiVersion": "platform.kratix.io/v1alpha1", "kind": "WorkList",
      "metadata": Node(.mapping(metadata)),
      "items": Node(.sequence(try page.works.map { try node(of: $0) })),
    ]
  }

  private func status(of work: DesiredWork, outcome: Outcome?) throws -> Node {
    var status: Mapping = [:]
    let work = work.observed(by: health)
    if let outcome { status["outcome"] = Node(.string(outcome.rawValue)) }
    if let observed = work.conditions.first?.observedGeneration,
      work.results.contains(where: { $0.revision == work.revision })
    {
      status["observedGeneration"] = Node(.integer(observed))
    }
    status["conditions"] = try Node(encoding: work.conditions)
    status["stores"] = try Node(encoding: work.results.map(StoreStatus.init))
    status["receipts"] = try Node(encoding: work.results.compactMap(\.receipt))
    return Node(.mapping(status))
  }

  /// What became of the last attempt in a state store, without the receipt.
  private struct StoreStatus: Encodable {
    var name: String
    var outcome: Outcome
    var message: String?
    var serverMessages: [String]?
    var attemptedAt: String
    var drift: StoreResult.Drift?
    var verification: Verification?

    /// What verification last said of it.
    struct Verification: Encodable {
      var verdict: Verdict
      var message: String?
      var commit: String
    }

    init(_ result: StoreResult) {
      name = result.store
      outcome = result.outcome
      message = result.message.isEmpty ? nil : result.message
      serverMessages = result.serverMessages.isEmpty ? nil : result.serverMessages
      attemptedAt = result.attemptedAt
      drift = result.drift
      verification = result.verification.map { verification in
        Verification(
          verdict: verification.verdict,
          message: verification.message.isEmpty ? nil : verification.message,
          commit: verification.commit)
      }
    }
  }
}
