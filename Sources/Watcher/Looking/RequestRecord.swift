import Foundation
import KubernetesAPI

/// What this process knows of a request besides what the cluster says.
struct RequestRecord: Sendable {
  /// The answer of a diagnosis.
  struct Cause: Sendable {
    let first: Judgement
    let judgement: Judgement
    let asked: ContinuousClock.Instant

    /// Whether it is to be asked again: it knew no cause then, as something might still have been on its
    /// way.
    var isOpen: Bool { first == judgement && .now - asked > WatchOptions.patience }
  }

  var judgement: Judgement?
  /// The last verdict that said whether it has landed.
  var lastKnown: Judgement.Verdict?
  var cause: Cause?
  /// The state store that it was last seen in.
  var home: String?
  /// Since when checks of it have not ended in time.
  var timedOut: Date?
  /// Whether a diagnosis found it landed, and verification did not.
  var isContradicted = false
  /// The condition as it was written, or would be where none are set.
  var announced: StatusCondition?

  /// Whether time alone may change what is said of it.
  var isOpen: Bool {
    judgement == nil || judgement?.reason == "NotYetLanded" || cause?.isOpen == true
  }
}
