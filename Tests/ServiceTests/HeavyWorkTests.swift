import Dispatch
import Foundation
import Testing

@testable import Service

@Suite("Heavy work", .timeLimit(.minutes(1)))
struct HeavyWorkTests {
  @Test("takes no thread from what is small, however much of it there is")
  func apart() async throws {
    let release = DispatchSemaphore(value: 0)
    let count = ProcessInfo.processInfo.activeProcessorCount * 4
    try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<count {
        group.addTask {
          try await HeavyWork.run(on: 1 << 20) {
            release.wait()
            return number
          }
        }
      }
      // The large ones end only when all of the small ones have.
      for number in 0..<100 {
        let small = try await HeavyWork.run(on: 100) { number }
        #expect(small == number)
        await Task.yield()
      }
      for _ in 0..<count { release.signal() }
      var ended = 0
      for try await _ in group { ended += 1 }
      #expect(ended == count)
    }
  }

  @Test("is not begun for a task that has been cancelled")
  func cancelled() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await HeavyWork.run(on: 1 << 20) { true }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
