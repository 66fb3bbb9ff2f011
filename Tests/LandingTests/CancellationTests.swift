import Foundation
import Git
import Kratix
import TestSupport
import Testing

@testable import Landing

@Suite("A landing whose caller gives up", .timeLimit(.minutes(2)))
struct CancellationTests {
  @Test("ends while the state store's thread is busy with its plan")
  func planning() async throws {
    try await withSite { site in
      let (signals, signal) = AsyncStream.makeStream(of: Void.self)
      let landing = Task {
        try await site.store.land(options: options) { _ in
          signal.yield()
          // As long as a plan of very many files takes.
          while true {
            try LandingError.checkCancellation()
            usleep(1_000)
          }
        }
      }
      _ = await signals.first { _ in true }
      landing.cancel()
      let failure = await failure { try await landing.value }
      #expect(failure?.outcome == .timedOut)
      // The thread is free for the next caller.
      let receipt = try await site.store.land("example", ["a.yaml": "a: 1\n"], options)
      #expect(receipt.outcome == .landed)
    }
  }

  @Test("ends at its deadline while the state store's thread is busy with its plan")
  func deadline() async throws {
    try await withSite { site in
      let soon = LandingOptions(deadline: .now + .milliseconds(100))
      let failure = await failure {
        try await site.store.land(options: soon) { _ in
          while true {
            try LandingError.checkCancellation()
            usleep(1_000)
          }
        }
      }
      #expect(failure?.outcome == .timedOut)
    }
  }

  @Test(
    "plans nothing of many files in a cancelled task",
    arguments: [Destination.FilepathMode.nestedByMetadata, .none, .aggregatedYAML])
  func cancelled(mode: Destination.FilepathMode) async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      let store = try MemoryStore([destination("worker", mode)])
      let files = Dictionary(uniqueKeysWithValues: (0..<1000).map { ("\($0).yaml", "a: 1\n") })
      try store.land(.write([work("example", at: "worker", files)]))
    }
    let failure = await failure { try await task.value }
    #expect(failure?.outcome == .timedOut)
  }

  /// With a search of the directory for each file it would take many minutes.
  @Test(
    "plans many files of one directory in a time in proportion to their number",
    arguments: [Destination.FilepathMode.nestedByMetadata, .none])
  func proportion(mode: Destination.FilepathMode) throws {
    let other = Destination(
      name: "inner", labels: ["name": "inner"], path: "worker/inner", stateStoreName: "default",
      filepathMode: .nestedByMetadata, hasInitWorkloads: false)
    let store = try MemoryStore([destination("worker", mode), other])
    let count = 20_000
    let files = Dictionary(
      uniqueKeysWithValues: (0..<count).map { ("\($0).yaml", "a: \($0)\n") })
    try store.land(.write([work("example", at: "worker", files)]))
    #expect(try store.files().count == count + (mode == .none ? 1 : 0))
  }
}
