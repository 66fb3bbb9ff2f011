/// One push to a state store, for metrics.
package struct PushObservation: Sendable, Hashable {
  /// The result of a push.
  package enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The branch names what was pushed.
    case accepted
    /// The server refused it.
    case refused
    /// Another writer moved the branch first.
    case moved
    /// Another writer held the branch's lock.
    case locked
    /// The connection broke, and the branch does not show the push.
    case brokenOff = "broken-off"
  }

  /// What it took to sign the commits of a push.
  package struct Signing: Sendable, Hashable {
    /// `ssh`, `openpgp` or `x509`.
    package let format: String
    /// The number of commits.
    package let commits: Int
    /// The time for all of them, verification included.
    package let duration: Duration
  }

  /// Which state store it went to.
  package let stateStore: StateStoreDescription
  /// The number of writes in it.
  package let writes: Int
  /// The number of bytes sent.
  package let bytes: Int
  /// The time from the first byte sent to the server's report.
  package let duration: Duration
  /// The result of a push.
  package let outcome: Outcome
  /// What it took to sign its commits; `nil` for commits without signatures.
  package let signing: Signing?

  init(
    _ stateStore: StateStoreDescription, writes: Int, bytes: Int, duration: Duration,
    outcome: Outcome, signing: Signing? = nil
  ) {
    self.stateStore = stateStore
    self.writes = writes
    self.bytes = bytes
    self.duration = duration
    self.outcome = outcome
    self.signing = signing
  }
}

/// Called after every push; must return at once.
package typealias PushObserver = @Sendable (PushObservation) -> Void
