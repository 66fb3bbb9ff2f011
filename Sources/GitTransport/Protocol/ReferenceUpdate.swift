package import Git

/// One change of one reference: where it is expected to be and where it goes.
///
/// The server compares ``old`` with what it has at the moment of the update, and refuses if they
/// differ.
package struct ReferenceUpdate: Sendable, Hashable {
  /// The full name of the reference, `refs/heads/main`.
  package var name: String

  /// What the reference must name now; `ObjectID.zero` if it must not exist.
  package var old: ObjectID

  /// What the reference shall name; never zero, references are not deleted here.
  package var new: ObjectID

  /// Joins the parts of an update.
  package init(name: String, old: ObjectID, new: ObjectID) {
    self.name = name
    self.old = old
    self.new = new
  }
}

/// What the server answered to a push, read in full.
package struct PushReport: Sendable, Hashable {
  /// Whether the reference moved.
  package enum Outcome: Sendable, Hashable {
    /// The server unpacked the objects and moved the reference.
    case accepted

    /// The server did not move the reference, for this reason of its own.
    case refused(reason: String)
  }

  /// Whether the reference moved.
  package var outcome: Outcome

  /// What the server and its hooks said, control characters removed, bounded.
  package var messages: [String]

  /// Joins the parts of a report.
  package init(outcome: Outcome, messages: [String] = []) {
    self.outcome = outcome
    self.messages = messages
  }
}
