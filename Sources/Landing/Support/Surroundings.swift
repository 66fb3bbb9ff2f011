package import Foundation

/// Time and chance, handed in so that a test can hold them.
package struct Surroundings: Sendable {
  /// The time of day.
  package var date: @Sendable () -> Date
  /// The moment that deadlines are measured by.
  package var now: @Sendable () -> ContinuousClock.Instant
  /// Waits.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 to 1.
  package var chance: @Sendable () -> Double

  /// Puts surroundings together.
  package init(
    date: @escaping @Sendable () -> Date, now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    chance: @escaping @Sendable () -> Double
  ) {
    self.date = date
    self.now = now
    self.sleep = sleep
    self.chance = chance
  }

  /// The world as it is.
  package static let real = Surroundings(
    date: { Date() }, now: { .now }, sleep: { try await Alarm.sleep(for: $0) },
    chance: { Double.random(in: 0...1) })
}
