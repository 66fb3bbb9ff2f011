package import Foundation

/// The clock and the random numbers, which tests replace.
package struct Dependencies: Sendable {
  /// The wall clock.
  package var date: @Sendable () -> Date
  /// The monotonic clock, by which deadlines are measured.
  package var now: @Sendable () -> ContinuousClock.Instant
  /// Suspends the task.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// A random number from 0 to 1.
  package var randomUnit: @Sendable () -> Double

  package init(
    date: @escaping @Sendable () -> Date, now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    randomUnit: @escaping @Sendable () -> Double
  ) {
    self.date = date
    self.now = now
    self.sleep = sleep
    self.randomUnit = randomUnit
  }

  /// The system's clocks and random numbers.
  package static let real = Dependencies(
    date: { Date() }, now: { .now }, sleep: { try await CancellableTimer.sleep(for: $0) },
    randomUnit: { Double.random(in: 0...1) })
}
