import Foundation
import GRDB
import Landing
import Synchronization
import TestSupport
import Testing

@testable import Service

/// How changes go into the desired state together.
@Suite("Changes of the desired state")
struct DesiredStateChangesTests {
  private let date = Date(timeIntervalSince1970: 1_795_000_000)

  @Test("lets what a client waits for go before what nobody waits for")
  func urgency() async throws {
    try await withState { state, _ in
      let order = Order()
      let results = (0..<200).map { number -> Change in
        { @Sendable in try await state.database.write { _ in order.add("result \(number)") } }
      }
      let put: Change = { @Sendable in
        try await state.database.write(urgently: true) { _ in order.add("put") }
      }
      for outcome in try await together(results + [put], in: state) { try outcome.get() }
      #expect(order.names.count == 201)
      #expect(order.names.first == "put")
    }
  }

  private typealias Change = @Sendable () async throws -> Void

  /// Has changes wait until they are all there, in their order, so that they go into one transaction.
  private func together(
    _ changes: [Change], in state: DesiredState
  ) async throws -> [Result<Void, any Error>] {
    let (holding, held) = AsyncStream.makeStream(of: Void.self)
    let gate = DispatchSemaphore(value: 0)
    async let first: Void = state.database.write { _ in
      held.yield()
      gate.wait()
    }
    _ = await holding.first { _ in true }
    var waiting: [Task<Void, any Error>] = []
    for change in changes {
      waiting.append(Task { try await change() })
      while await state.database.depth < waiting.count { await Task.yield() }
    }
    gate.signal()
    try await first
    var outcomes: [Result<Void, any Error>] = []
    for task in waiting { outcomes.append(await task.result) }
    return outcomes
  }

  @Test(
    "lets a change that fails take no other with it",
    arguments: [
      ("a rule of a table", "INSERT INTO labels VALUES ('a', 'b', 'c', 'd')"),
      (
        "a full disk",
        "INSERT INTO deletions VALUES ('a', hex(zeroblob(5000000)), '', 1, 1)"
      ),
    ])
  func isolation(fault: String, statement: String) async throws {
    try await withState { state, path in
      try await state.database.write { database in
        let count = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        try database.execute(sql: "PRAGMA max_page_count = \(count + 100)")
      }
      let date = date
      let put = { @Sendable (name: String) -> Change in
        { @Sendable in _ = try await state.put(WorkText(name).submission(), at: date) }
      }
      let failing: Change = { @Sendable in
        try await state.database.write(urgently: true) { try $0.execute(sql: statement) }
      }
      let outcomes = try await together(
        [put("first"), failing, put("second"), failing, put("third")], in: state)
      let haveFailed = outcomes.map { outcome in
        if case .failure(let error) = outcome { error is StorageError } else { false }
      }
      #expect(haveFailed == [false, true, false, true, false], "\(outcomes)")
      let again = try DesiredState(at: path)
      #expect(
        try await again.works(WorkQuery()).works.map(\.key.name) == ["first", "second", "third"])
    }
  }

  @Test("takes what many put at once, all of it")
  func together() async throws {
    try await withState { state, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<200 {
          group.addTask {
            _ = try await state.put(
              WorkText("example-\(number)").submission(), at: .distantPast)
          }
        }
        try await group.waitForAll()
      }
      #expect(try await state.unsettled(in: "default").count == 200)
    }
  }
}

/// What was done, in its order.
private final class Order: Sendable {
  private let done = Mutex<[String]>([])

  var names: [String] { done.withLock { $0 } }

  func add(_ name: String) { done.withLock { $0.append(name) } }
}
