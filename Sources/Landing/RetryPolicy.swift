/// When to push again after somebody else was faster: a pure state machine of events and actions.
struct RetryPolicy: Sendable {
  /// What happened to a push.
  enum Event: Sendable, Hashable {
    /// The branch was moved by somebody else first.
    case moved
    /// Somebody else is about to move it, and holds its lock.
    case locked
    /// The connection broke, or the branch does not show the push yet.
    case brokenOff
  }

  /// What to do next.
  enum Action: Sendable, Hashable {
    case tryAgain(after: Duration)
    case giveUp
  }

  /// The longest pause after the first loss; it doubles with each further one.
  static let firstPause: Duration = .milliseconds(25)
  /// No pause is longer.
  static let longestPause: Duration = .seconds(2)

  let deadline: ContinuousClock.Instant
  /// How many attempts were lost.
  private(set) var losses = 0

  init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

  /// Decides what to do after an event.
  ///
  /// - Parameters:
  ///   - event: What happened.
  ///   - now: The present moment.
  ///   - chance: A number from 0 to 1; the pause is that part of the longest one possible, so that
  ///     writers who lost together do not come back together.
  mutating func next(
    after event: Event, now: ContinuousClock.Instant, chance: Double
  ) -> Action {
    let longest = min(Self.firstPause * (1 << min(losses, 10)), Self.longestPause)
    losses += 1
    let pause = longest * max(0, min(1, chance))
    return now + pause < deadline ? .tryAgain(after: pause) : .giveUp
  }
}
