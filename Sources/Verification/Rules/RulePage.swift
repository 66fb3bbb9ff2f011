/// The page of a rule: what a finding means, its causes, what to do, and when there is none.
///
/// `statestore rule NAME` prints it, and `docs/rules.md` is made of all of them.
package struct RulePage: Sendable {
  package let meaning: String
  /// The causes, the most frequent first.
  package let origins: [String]
  /// What to do, in this order.
  package let remedies: [String]
  /// When the rule says nothing although it may seem to apply, and why.
  package let silence: [String]

  init(meaning: String, origins: [String], remedies: [String], silence: [String] = []) {
    self.meaning = meaning
    self.origins = origins
    self.remedies = remedies
    self.silence = silence
  }
}
