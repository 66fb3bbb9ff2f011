public import Git

/// One change of one reference: where it is expected to be and where it goes.
///
/// The server compares ``old`` with what it has at the moment of the update, and refuses if they
/// differ.
public struct ReferenceUpdate: Sendable, Hashable {
  /// The full name of the reference, `refs/heads/main`.
  public var name: String

  /// What the reference must name now; `ObjectID.zero` if it must not exist.
  public var old: ObjectID

  /// What the reference shall name; never zero, references are not deleted here.
  public var new: ObjectID

  /// Joins the parts of an update.
  public init(name: String, old: ObjectID, new: ObjectID) {
    self.name = name
    self.old = old
    self.new = new
  }
}

/// What the server answered to a push, read in full.
public struct PushReport: Sendable, Hashable {
  /// Whether the reference moved.
  public enum Outcome: Sendable, Hashable {
    /// The server unpacked the objects and moved the reference.
    case accepted

    /// The server did not move the reference, for this reason of its own.
    case refused(reason: String)
  }

  /// Whether the reference moved.
  public var outcome: Outcome

  /// What the server and its hooks said, control characters removed, bounded.
  public var messages: [String]

  /// Joins the parts of a report.
  public init(outcome: Outcome, messages: [String] = []) {
    self.outcome = outcome
    self.messages = messages
  }

  /// Whether the words of a refusal suggest that somebody else moved the reference first.
  ///
  /// Words are no proof: read the reference again before building on the guess.
  public var suggestsMovedReference: Bool {
    guard case .refused(let reason) = outcome else { return false }
    let signs = [
      "failed to update ref", "cannot lock ref", "failed to lock", "stale info", "fetch first",
      "reference already exists", "is at ", "incorrect old value", "non-fast-forward",
    ]
    let words = ([reason] + messages).map { $0.lowercased() }
    // Git names this failure to lock a reference, too; a branch below another will never be there.
    guard !words.contains(where: { $0.contains("exists; cannot create") }) else { return false }
    return words.contains { text in signs.contains { text.contains($0) } }
  }
}
