import Testing

@testable import Landing

@Suite("A cancellable timer", .timeLimit(.minutes(1)))
struct CancellableTimerTests {
  @Test("ends when its time has come, and not before")
  func wakes() async throws {
    let began = ContinuousClock.now
    try await CancellableTimer.sleep(for: .milliseconds(30))
    #expect(ContinuousClock.now - began >= .milliseconds(30))
    try await CancellableTimer.sleep(for: .zero)
    try await CancellableTimer.sleep(for: .seconds(-1))
  }

  @Test(
    "ends at once when its task is cancelled, before or during the wait", arguments: [true, false])
  func cancelled(isAsleep: Bool) async throws {
    let queue = TimerQueue()
    let task = Task { try await queue.sleep(for: .seconds(Int.max)) }
    while isAsleep && queue.sleeperCount == 0 { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(queue.sleeperCount == 0)
  }

  @Test("ends at its own time among many others, of which some are cancelled")
  func many() async throws {
    let queue = TimerQueue()
    let patient = (0..<50).map { _ in Task { try await queue.sleep(for: .seconds(3_600)) } }
    while queue.sleeperCount < patient.count { await Task.yield() }
    try await withThrowingTaskGroup { group in
      for milliseconds in (1...50).reversed() {
        group.addTask {
          let began = ContinuousClock.now
          try await queue.sleep(for: .milliseconds(milliseconds))
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
    #expect(queue.sleeperCount == 0)
  }

  @Test("ends at its time after an earlier timer was cancelled")
  func afterCancelled() async throws {
    let queue = TimerQueue()
    let first = Task { try await queue.sleep(for: .milliseconds(20)) }
    while queue.sleeperCount == 0 { await Task.yield() }
    first.cancel()
    async let early: Void = queue.sleep(for: .milliseconds(1))
    async let late: Void = queue.sleep(for: .milliseconds(40))
    _ = try await (early, late)
    try await queue.sleep(for: .milliseconds(1))
    #expect(queue.sleeperCount == 0)
  }
}
