import Foundation
import Landing
import TestSupport
import Testing

@testable import Service

@Suite("What a request waits for")
struct AwaitedTests {
  private let date = Date(timeIntervalSince1970: 1_795_000_000)
  private let stores = ["a", "b"]

  /// What is heard of a Work, one after another: its revision, whether it is wanted otherwise, and what
  /// became of which revision in each state store.
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var heard: [(revision: Int64, isOther: Bool, results: [(String, Int64, Outcome)])]
    var end: WorkProgress
    var isSuperseded = false
  }

  static let rows = [
    Row(
      testDescription: "landed, and looked at again for somebody later",
      heard: [
        (2, false, [("a", 1, .landed)]),
        (2, false, [("a", 2, .unchanged)]),
        (2, false, [("a", 2, .unchanged), ("b", 2, .unchanged)]),
      ], end: .done(.landed)),
    Row(
      testDescription: "landed for somebody earlier",
      heard: [(1, false, [("a", 0, .landed), ("b", 0, .landed)])], end: .pending),
    Row(
      testDescription: "landed for both at once",
      heard: [(2, false, [("a", 2, .landed), ("b", 2, .unchanged)])], end: .done(.landed)),
    Row(
      testDescription: "could not be done at first",
      heard: [
        (1, false, [("a", 1, .unreachable), ("b", 1, .unchanged)]),
        (1, false, [("a", 1, .unchanged), ("b", 1, .unchanged)]),
      ], end: .done(.unchanged)),
    Row(
      testDescription: "wanted otherwise when one state store had taken it",
      heard: [
        (1, false, [("a", 1, .landed)]), (2, true, [("a", 2, .landed), ("b", 2, .landed)]),
      ], end: .pending, isSuperseded: true),
    Row(
      testDescription: "refused",
      heard: [(1, false, [("a", 1, .rejected)]), (2, false, [("a", 2, .landed)])],
      end: .refused(.rejected)),
  ]

  @Test("is what became of it alone", arguments: rows)
  func outcome(row: Row) async throws {
    try await withTemporaryDirectory { directory in
      let state = try DesiredState(at: directory.path + "/desired-state.sqlite")
      let text = WorkText("example")
      _ = try await state.put(text.submission(), at: date)
      let work = try #require(try await state.work(text.key))
      var awaited = Awaited(work)
      for (revision, isOther, results) in row.heard {
        awaited.hear(work.changed(to: revision, isOther: isOther, results))
      }
      #expect(awaited.progress(in: stores) == row.end)
      #expect(awaited.isSuperseded == row.isSuperseded)
    }
  }
}

extension DesiredWork {
  fileprivate func changed(
    to revision: Int64, isOther: Bool, _ results: [(String, Int64, Outcome)]
  ) -> DesiredWork {
    DesiredWork(
      key: key, revision: revision, generation: generation, uid: uid, version: version,
      promise: promise,
      resource: resource, document: isOther ? "{}" : document, createdAt: createdAt,
      removalRequestedAt: nil, conditions: conditions,
      results: results.map { store, revision, outcome in
        StoreResult(
          store: store, revision: revision, outcome: outcome, attemptedAt: "2026-11-25T00:00:00Z")
      })
  }
}
