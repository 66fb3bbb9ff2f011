import Landing
import Testing

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
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      start.yield()
      try await Alarm.sleep(for: .seconds(Int.max))
    }
    if isAsleep { _ = await started.first { _ in true } }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
