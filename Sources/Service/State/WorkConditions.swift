internal import Foundation
internal import Git
internal import Landing
internal import Verification

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
      (.ready, Self.ready([scheduled, written, verified]) ?? .holds("Landed", places)),
    ]
  }

  /// What is known of a Work that has only just been accepted.
  static var pending: [(Condition.Kind, Condition.Finding)] {
    WorkConditions(revision: 0, stores: [], results: []).findings
  }

  /// The conditions while a state store that holds a part of the Work cannot be read: nobody knows
  /// whether that part is still there, so `Verified` is `Unknown`.
  static func unread(
    _ conditions: [Condition], in store: String, because problem: StoreHealth.Problem
  ) -> [Condition] {
    var findings = conditions.filter { $0.type != .ready }.map { ($0.type, $0.finding) }
    guard let index = findings.firstIndex(where: { $0.0 == .verified }),
      findings[index].1.reason != Condition.Finding.pendingReason
    else { return conditions }
    let unread = Condition.Finding(
      status: .unknown, reason: problem.outcome.reason, message: "\(store): \(problem.message)")
    findings[index].1 = unread
    findings.append((.ready, ready(findings.map(\.1)) ?? unread))
    return Condition.updated(
      conditions, with: findings, generation: conditions[index].observedGeneration,
      at: problem.since)
  }

  private var current: [StoreResult] { results.filter { stores.contains($0.store) } }
  private var failed: StoreResult? { current.first { !$0.outcome.isSuccess } }
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
    return .holds("AllWorkplacementsScheduled", "every group has a Destination")
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
    return .holds(outcome.reason, places)
  }

  private var verified: Condition.Finding {
    if let drifted = current.first(where: { $0.drift != nil }), let drift = drifted.drift {
      return Condition.Finding(
        status: .false, reason: drift.verdict.reason, message: "\(drifted.store): \(drift.message)")
    }
    guard isDone else { return .pending("it has not been verified yet") }
    let placed = current.filter { !$0.standing.isEmpty }
    guard placed.allSatisfy({ $0.verification != nil }) else {
      return .pending("it has been written and not verified yet")
    }
    let verifications = placed.compactMap { result in
      result.verification.map { (store: result.store, $0) }
    }
    if let (store, worst) = verifications.first(where: { $0.1.status == .false })
      ?? verifications.first(where: { $0.1.status == .unknown })
    {
      return Condition.Finding(
        status: worst.status, reason: worst.verdict.reason, message: "\(store): \(worst.message)")
    }
    return .holds(
      Verdict.landed.reason,
      "verification has no finding at "
        + verifications.map { "\($0.1.commit) in \($0.store)" }.joined(separator: ", "))
  }

  /// `Ready` while another condition does not hold; `nil` when all do.
  private static func ready(_ findings: [Condition.Finding]) -> Condition.Finding? {
    if let failing = findings.first(where: { $0.status == .false }) { return failing }
    return findings.first { $0.status == .unknown }.map { unknown in
      Condition.Finding(status: .false, reason: unknown.reason, message: unknown.message)
    }
  }

  private var places: String {
    let texts = current.compactMap(\.receipt).map { receipt in
      "\(receipt.commit) on \(receipt.stateStore.branch) of \(receipt.stateStore.url)"
    }
    return "read back at " + texts.joined(separator: ", ")
  }
}

extension Condition {
  fileprivate var finding: Finding { Finding(status: status, reason: reason, message: message) }
}

extension Condition.Finding {
  static let pendingReason = "Pending"

  fileprivate static func pending(_ message: String) -> Self {
    Self(status: .unknown, reason: pendingReason, message: message)
  }

  fileprivate static func holds(_ reason: String, _ message: String) -> Self {
    Self(status: .true, reason: reason, message: message)
  }
}

extension StoreResult.Verification {
  /// What the verdict makes of the condition `Verified`.
  fileprivate var status: Condition.Status {
    switch verdict {
    case .landed: .true
    case .wrong, .missing, .misplaced: .false
    case .unknown: .unknown
    }
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
