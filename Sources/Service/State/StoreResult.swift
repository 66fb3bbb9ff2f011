internal import Foundation
internal import Git
internal import Landing
internal import Verification

/// What became of a Work in one state store, at the last attempt.
struct StoreResult: Sendable, Hashable, Codable {
  /// The state store's name.
  var store: String
  /// The revision of the Work that was tried.
  var revision: Int64
  /// What became of it.
  var outcome: Outcome
  /// Why, for a person; empty where it succeeded.
  var message = ""
  /// What the server said.
  var serverMessages: [String] = []
  /// The last proof that there is, whatever became of later attempts.
  var receipt: Receipt?
  /// When it was tried, in RFC 3339.
  var attemptedAt: String
  /// What has changed in the state store since the receipt; `nil` when nothing has.
  var drift: Drift?
  /// What verification last said of what is there; `nil` while it has said nothing.
  var verification: Verification?
  /// By the paths of its placements, which commits brought what stands there.
  var landings: [String: Landing]?

  /// The commit that brought a placement as it stands.
  struct Landing: Sendable, Hashable, Codable {
    var commit: String
    /// When it was read back, in RFC 3339.
    var time: String
  }

  /// What somebody else did to what had landed.
  struct Drift: Sendable, Hashable, Codable {
    /// Whether it is gone or other.
    var verdict: Verdict
    /// What happened, for a person.
    var message: String
    /// The commit at which it was seen.
    var commit: String
  }

  /// What verification said of the Work's resource at a commit, and what of the state store that
  /// depended on: while it is the same, so is the verdict.
  struct Verification: Sendable, Hashable, Codable {
    var verdict: Verdict
    /// The errors, or why there is no verdict, for a person; empty for what is right.
    var message: String
    /// The commit at which it was verified.
    var commit: String
    /// The reading of the configuration that it was verified with.
    var platform: String
    /// The trees of the resource's directories, by Destination.
    var trees: [String: String]
  }

  /// Whether the state store holds what this revision wants.
  func isDone(_ revision: Int64) -> Bool {
    self.revision == revision && outcome.isSuccess
  }
}

extension StoreResult {
  /// What a receipt proves; what it found as it was before has landed when it was first seen.
  init(_ receipt: Receipt, revision: Int64, after last: StoreResult?) {
    self.init(
      store: receipt.stateStore.name, revision: revision, outcome: receipt.outcome,
      receipt: receipt, attemptedAt: receipt.verifiedAt)
    let placements = receipt.placements.filter { $0.outcome != .removed }
    landings = Dictionary(
      placements.map { placement in
        let known = placement.commit == nil ? last?.landings?[placement.path] : nil
        return (placement.path, known ?? receipt.landing(of: placement))
      }
    ) { first, _ in first }
  }

  /// What stands of it, and since when.
  var standing: [(placement: Receipt.LandedPlacement, landing: Landing)] {
    guard let receipt else { return [] }
    let placements = receipt.placements.filter { $0.outcome != .removed }
    return placements.map { placement in
      (placement, landings?[placement.path] ?? receipt.landing(of: placement))
    }
  }

  /// A result that was stored and cannot be read any more; the Work is landed again when it is put,
  /// or when the service is started.
  init(unreadable key: WorkKey, in store: String, revision: Int64) {
    self.init(
      store: store, revision: revision, outcome: .unreachable,
      message: """
        what became of \(key) cannot be read from the desired state; put it again, or restart the \
        service, to have it looked up
        """,
      attemptedAt: "")
  }

  /// A failed attempt, after which what had landed is still what had landed.
  init(
    _ error: LandingError, in store: String, revision: Int64, after last: StoreResult?,
    at date: Date
  ) {
    self.init(
      store: store, revision: revision, outcome: error.outcome, message: error.message,
      serverMessages: error.serverMessages, receipt: last?.receipt,
      attemptedAt: date.formatted(.iso8601), drift: last?.drift,
      verification: last?.verification, landings: last?.landings)
  }

  /// The verdict that the page, the metrics and the conditions show.
  var verdict: Verdict { drift?.verdict ?? verification?.verdict ?? .unknown }
}

extension Receipt {
  fileprivate func landing(of placement: LandedPlacement) -> StoreResult.Landing {
    StoreResult.Landing(
      commit: (placement.commit ?? commit).hexadecimal, time: verifiedAt)
  }
}
