package import Foundation
package import KubernetesAPI

/// What is to be written into the cluster for a judgement: first occurrences and changes only.
package struct Decision: Sendable, Hashable {
  /// The condition to set; `nil` to leave it as it is.
  package var condition: StatusCondition?
  /// The Event to report; `nil` for none.
  package var event: Announcement?

  /// An Event, before it is said of which objects.
  package struct Announcement: Sendable, Hashable {
    package var severity: ClusterEvent.Severity
    package var reason: String
    package var note: String
  }

  /// - Parameters:
  ///   - known: The condition that the request has; it is the memory, also of earlier processes.
  package init(_ judgement: Judgement, known: StatusCondition?, now: Date) {
    guard let status = judgement.verdict.conditionStatus else { return }
    let condition = StatusCondition(
      type: KeptObject.ownCondition, status: status, reason: judgement.reason,
      message: judgement.message,
      lastTransitionTime: known?.status == status ? known?.lastTransitionTime ?? now : now)
    if condition != known { self.condition = condition }
    switch (known?.status, status) {
    case (.isFalse, .isFalse) where known?.reason == judgement.reason: break
    case (_, .isFalse):
      event = Announcement(
        severity: .warning, reason: judgement.reason, note: "not landed: \(judgement.message)")
    case (.isFalse, .isTrue):
      event = Announcement(severity: .normal, reason: "Landed", note: "landed \(judgement.message)")
    default: break
    }
  }
}

extension Judgement.Verdict {
  /// The status of the condition; `nil` for what is on its way, where the last one holds.
  package var conditionStatus: StatusCondition.Status? {
    switch self {
    case .landed: .isTrue
    case .wrong, .missing, .misplaced: .isFalse
    case .unknown: .unknown
    case .pending: nil
    }
  }
}
