import Testing

@testable import Landing

@Suite("An alarm", .timeLimit(.minutes(1)))
struct AlarmTests {
  @Test("wakes when its time has come, and not before")
  func wakes() async throws {
    let began = ContinuousClock.now
    try await Alarm.sleep(for: .milliseconds(30))
    #expect(ContinuousClock.now - began >= .milliseconds(30))
    try await Alarm.sleep(for: .zero)
    try await Alarm.sleep(for: .seconds(-1))
  }

  @Test("wakes who is cancelled at once, asleep or not yet", arguments: [true, false])
  func cancelled(isAsleep: Bool) async throws {
    let clock = AlarmClock()
    let task = Task { try await clock.sleep(for: .seconds(Int.max)) }
    while isAsleep && clock.sleeperCount == 0 { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(clock.sleeperCount == 0)
  }

  @Test("wakes each of many at its own time, whoever came before or was cancelled")
  func many() async throws {
    let clock = AlarmClock()
    let patient = (0..<50).map { _ in Task { try await clock.sleep(for: .seconds(3_600)) } }
    while clock.sleeperCount < patient.count { await Task.yield() }
    try await withThrowingTaskGroup { group in
      for milliseconds in (1...50).reversed() {
        group.addTask {
          let began = ContinuousClock.now
          try await clock.sleep(for: .milliseconds(milliseconds))
          #expect(ContinuousClock.now - began >= .milliseconds(milliseconds))
        }
      }
      for task in patient.prefix(25) { task.cancel() }
      try await group.waitForAll()
    }
    for task in patient { task.cancel() }
    for task in patient {
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    #expect(clock.sleeperCount == 0)
  }

  @Test("wakes who comes after its first was cancelled, before and after that one's time")
  func afterCancelled() async throws {
    let clock = AlarmClock()
    let first = Task { try await clock.sleep(for: .milliseconds(20)) }
    while clock.sleeperCount == 0 { await Task.yield() }
    first.cancel()
    async let early: Void = clock.sleep(for: .milliseconds(1))
    async let late: Void = clock.sleep(for: .milliseconds(40))
    _ = try await (early, late)
    try await clock.sleep(for: .milliseconds(1))
    #expect(clock.sleeperCount == 0)
  }
}
