/// The page of a rule: what a finding means, its causes, and what to do.
///
/// `statestore rule NAME` prints it, and `docs/rules.md` is made of all of them.
package struct RulePage: Sendable {
  package let meaning: String
  /// The causes, the most frequent first.
  package let origins: [String]
  /// What to do, in this order.
  package let remedies: [String]
}
