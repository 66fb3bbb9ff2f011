/// One push to a state store, for whoever counts and measures.
package struct PushObservation: Sendable, Hashable {
  /// What became of it.
  package enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The branch names what was pushed.
    case accepted
    /// The server refused it, in its own words.
    case refused
    /// Another writer moved the branch first.
    case moved
    /// Another writer held the branch's lock.
    case locked
    /// The connection broke, and the branch does not show the push.
    case brokenOff = "broken-off"
  }

  /// Which state store it went to.
  package let stateStore: StateStoreDescription
  /// How many writes went out with it.
  package let writes: Int
  /// How many bytes of pack were sent.
  package let bytes: Int
  /// From the first byte sent to the server's answer.
  package let duration: Duration
  /// What became of it.
  package let outcome: Outcome

  init(
    _ stateStore: StateStoreDescription, writes: Int, bytes: Int, duration: Duration,
    outcome: Outcome
  ) {
    self.stateStore = stateStore
    self.writes = writes
    self.bytes = bytes
    self.duration = duration
    self.outcome = outcome
  }
}

/// Is told of every push when the server has answered it; must return at once.
package typealias PushObserver = @Sendable (PushObservation) -> Void
