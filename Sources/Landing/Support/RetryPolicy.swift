internal import GitTransport
internal import Logging

/// Decides when to repeat a request or a push after a temporary failure: a pure state machine.
struct RetryPolicy: Sendable {
  /// Why a request or a push is repeated.
  enum Event: Sendable, Hashable {
    /// Another writer moved the branch first.
    case moved
    /// Another writer holds the branch's lock, and is about to move it.
    case locked
    /// The branch does not show an accepted push yet, or cannot be read.
    case notShown
    /// The server is not available now, and may have said for how long (`Retry-After`).
    case unavailable(retryAfter: Duration?)
    /// The connection broke, or the server failed.
    case brokenOff

    /// The longest pause after the first loss, which doubles with each further one, and its limit.
    fileprivate var pauses: (first: Duration, longest: Duration) {
      switch self {
      case .moved, .locked, .notShown: (firstPause, longestPause)
      case .unavailable, .brokenOff: (firstPause * 4, longestPause * 5)
      }
    }
  }

  /// What to do next.
  enum Action: Sendable, Hashable {
    case tryAgain(after: Duration)
    case giveUp
  }

  /// The longest pause after the first lost race.
  static let firstPause: Duration = .milliseconds(25)
  /// The limit of pauses after lost races.
  static let longestPause: Duration = .seconds(2)
  /// How often a broken connection is tried again.
  static let mostBreaks = 5

  let deadline: ContinuousClock.Instant
  /// The number of lost attempts.
  private(set) var losses = 0
  private var breaks = 0

  init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

  /// Decides what to do after an event.
  ///
  /// - Parameters:
  ///   - event: What happened.
  ///   - now: The present moment.
  ///   - randomUnit: A number from 0 to 1; the pause is that part of the longest one possible, so that
  ///     writers who lost together do not come back together. What the server asks for is added.
  mutating func next(
    after event: Event, now: ContinuousClock.Instant, randomUnit: Double
  ) -> Action {
    let (first, bound) = event.pauses
    let longest = min(first * (1 << min(losses, 10)), bound)
    losses += 1
    var pause = longest * max(0, min(1, randomUnit))
    switch event {
    case .unavailable(let retryAfter?): pause += retryAfter
    case .brokenOff:
      breaks += 1
      if breaks > Self.mostBreaks { return .giveUp }
    case .moved, .locked, .notShown, .unavailable: break
    }
    return now + pause < deadline ? .tryAgain(after: pause) : .giveUp
  }
}

extension RetryPolicy.Event {
  /// The event for a failed request or push; `nil` when another attempt would not help.
  init?(_ error: TransportError) {
    if error.code == .unavailable || error.retryAfter != nil {
      self = .unavailable(retryAfter: error.retryAfter)
    } else if error.isTransient || error.code == .outcomeUnknown {
      self = .brokenOff
    } else {
      return nil
    }
  }
}

extension Dependencies {
  /// Makes a request that changes nothing, and repeats it after temporary failures until the
  /// deadline.
  ///
  /// - Throws: The error of the last attempt.
  func retrying<Value>(
    until deadline: ContinuousClock.Instant, logger: Logger, _ request: () async throws -> Value
  ) async throws -> Value {
    var policy = RetryPolicy(deadline: deadline)
    while true {
      do { return try await request() } catch let error as TransportError {
        guard let event = RetryPolicy.Event(error),
          case .tryAgain(let pause) = policy.next(
            after: event, now: now(), randomUnit: randomUnit())
        else { throw error }
        logger.info(
          "request failed, trying again",
          metadata: ["error.message": "\(error)", "retry.after": "\(pause)"])
        try await sleep(pause)
      }
    }
  }
}
