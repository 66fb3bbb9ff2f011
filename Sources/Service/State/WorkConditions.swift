internal import Foundation
internal import Git
internal import Landing

/// The conditions of a Work, from what became of it in its state stores: a pure function.
struct WorkConditions {
  let revision: Int64
  /// The state stores that there are.
  let stores: [String]
  let results: [StoreResult]

  /// What is known of each condition, in the order in which they come to hold.
  var findings: [(Condition.Kind, Condition.Finding)] {
    let scheduled = scheduled
    let written = written
    let verified = verified
    return [
      (.scheduled, scheduled), (.writeSucceeded, written), (.verified, verified),
      (.ready, ready([scheduled, written, verified])),
    ]
  }

  /// What is known of a Work that has only just been accepted.
  static var pending: [(Condition.Kind, Condition.Finding)] {
    WorkConditions(revision: 0, stores: [], results: []).findings
  }

  private var current: [StoreResult] { results.filter { stores.contains($0.store) } }
  private var failed: StoreResult? { current.first { $0.outcome.exitStatus != 0 } }
  private var isDone: Bool {
    !stores.isEmpty
      && stores.allSatisfy { store in current.contains { $0.store == store && $0.isDone(revision) }
      }
  }

  private var scheduled: Condition.Finding {
    if let refused = current.first(where: { $0.outcome == .noDestination }) {
      return Condition.Finding(
        status: .false, reason: refused.outcome.reason, message: refused.message)
    }
    guard isDone else { return .pending("no Destination has been chosen yet") }
    return Condition.Finding(
      status: .true, reason: "AllWorkplacementsScheduled",
      message: "every group has a Destination")
  }

  private var written: Condition.Finding {
    if let failed {
      return Condition.Finding(
        status: .false, reason: failed.outcome.reason,
        message: "\(failed.store): \(failed.told)")
    }
    guard isDone else { return .pending("it has not been written yet") }
    let outcomes = Set(current.map(\.outcome))
    let outcome = [Outcome.landed, .removed].first { outcomes.contains($0) } ?? .unchanged
    return Condition.Finding(status: .true, reason: outcome.reason, message: places)
  }

  private var verified: Condition.Finding {
    if let drifted = current.first(where: { $0.drift != nil }), let drift = drifted.drift {
      return Condition.Finding(
        status: .false, reason: drift.verdict.reason, message: "\(drifted.store): \(drift.message)")
    }
    guard isDone else { return .pending("it has not been read back yet") }
    return Condition.Finding(status: .true, reason: "ReadBack", message: places)
  }

  private func ready(_ findings: [Condition.Finding]) -> Condition.Finding {
    if let failing = findings.first(where: { $0.status == .false }) { return failing }
    if let pending = findings.first(where: { $0.status == .unknown }) {
      return Condition.Finding(status: .false, reason: pending.reason, message: pending.message)
    }
    return Condition.Finding(status: .true, reason: "Landed", message: places)
  }

  private var places: String {
    let texts = current.compactMap(\.receipt).map { receipt in
      "\(receipt.commit) on \(receipt.stateStore.branch) of \(receipt.stateStore.url)"
    }
    return "read back at " + texts.joined(separator: ", ")
  }
}

extension Condition.Finding {
  fileprivate static func pending(_ message: String) -> Self {
    Self(status: .unknown, reason: "Pending", message: message)
  }
}

extension StoreResult {
  /// The message with the server's words.
  fileprivate var told: String {
    ([message] + serverMessages.map { "the server said: \($0)" }).joined(separator: "; ")
  }
}

extension RawRepresentable<String> {
  /// The name in the form that Kubernetes wants of a reason: `no-destination`, `NoDestination`.
  var reason: String {
    rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
