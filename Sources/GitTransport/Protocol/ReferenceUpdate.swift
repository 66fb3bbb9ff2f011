package import Git

/// An update of one reference: the object that it is expected to name, and the new one.
///
/// The server compares ``old`` with the reference at the moment of the update, and refuses if they
/// differ.
package struct ReferenceUpdate: Sendable, Hashable {
  /// Below this are references of this program that are removed again, and no branch or tag.
  package static let scratch = "refs/statestore/"

  /// The full name of the reference, `refs/heads/main`.
  package var name: String

  /// The object that the reference must name; `ObjectID.zero` if it must not exist.
  package var old: ObjectID

  /// The new object; `ObjectID.zero` to delete the reference, which only one below `scratch` can be.
  package var new: ObjectID

  package init(name: String, old: ObjectID, new: ObjectID) {
    self.name = name
    self.old = old
    self.new = new
  }
}

/// The server's complete report on a push.
package struct PushReport: Sendable, Hashable {
  /// Whether the reference moved.
  package enum Outcome: Sendable, Hashable {
    /// The server unpacked the objects and moved the reference.
    case accepted

    /// The server did not move the reference, and gave this reason.
    case refused(reason: String)
  }

  /// Whether the reference moved.
  package var outcome: Outcome

  /// The messages of the server and its hooks, sanitized and bounded.
  package var messages: [String]

  package init(outcome: Outcome, messages: [String] = []) {
    self.outcome = outcome
    self.messages = messages
  }
}
