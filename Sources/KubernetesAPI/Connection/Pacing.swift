/// Time and randomness, which tests replace.
package struct Pacing: Sendable {
  package var now: @Sendable () -> ContinuousClock.Instant
  /// Throws `CancellationError` when the task is cancelled.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 up to 1.
  package var random: @Sendable () -> Double

  package init(
    now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  package static let real = Pacing(
    now: { .now }, sleep: { try await Task.sleep(for: $0) }, random: { .random(in: 0..<1) })
}

/// The pauses between attempts: doubled each time up to a limit, and spread so that many clients do not
/// come back at the same moment.
package struct BackOff: Sendable {
  private let longest: Duration
  private var next: Duration
  private let first: Duration

  package init(first: Duration = .milliseconds(500), longest: Duration = .seconds(30)) {
    self.first = first
    self.next = first
    self.longest = longest
  }

  /// The pause before the next attempt.
  ///
  /// - Parameters:
  ///   - asked: What the server asks for (`Retry-After`), which is the least.
  ///   - random: A number from 0 up to 1.
  package mutating func pause(atLeast asked: Duration?, random: Double) -> Duration {
    let own = next * (0.5 + random / 2)
    next = min(next * 2, longest)
    guard let asked else { return own }
    return max(asked + own / 4, own)
  }

  /// Begins again: an attempt succeeded.
  package mutating func reset() { next = first }
}
