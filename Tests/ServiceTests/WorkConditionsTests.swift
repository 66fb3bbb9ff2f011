import Foundation
import Landing
import Testing

@testable import Service

@Suite("The conditions of a Work")
struct WorkConditionsTests {
  private func result(
    _ outcome: Outcome, revision: Int64 = 2, in store: String = "a", message: String = "",
    drift: StoreResult.Drift? = nil
  ) -> StoreResult {
    StoreResult(
      store: store, revision: revision, outcome: outcome, message: message,
      attemptedAt: "2026-11-25T00:00:00Z", drift: drift)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var results: [StoreResult]
    var stores = ["a"]
    /// Scheduled, WriteSucceeded, Verified and Ready, as `status/reason`.
    var expected: [String]
  }

  private static func result(
    _ outcome: Outcome, revision: Int64 = 2, in store: String = "a",
    drift: StoreResult.Drift? = nil
  ) -> StoreResult {
    WorkConditionsTests().result(outcome, revision: revision, in: store, drift: drift)
  }

  static let rows: [Row] = [
    Row(
      testDescription: "nothing is known yet", results: [],
      expected: ["Unknown/Pending", "Unknown/Pending", "Unknown/Pending", "False/Pending"]),
    Row(
      testDescription: "it has landed", results: [result(.landed)],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Landed", "True/ReadBack", "True/Landed",
      ]),
    Row(
      testDescription: "an earlier revision has landed", results: [result(.landed, revision: 1)],
      expected: ["Unknown/Pending", "Unknown/Pending", "Unknown/Pending", "False/Pending"]),
    Row(
      testDescription: "the server is away", results: [result(.unreachable)],
      expected: [
        "Unknown/Pending", "False/Unreachable", "Unknown/Pending", "False/Unreachable",
      ]),
    Row(
      testDescription: "no Destination matches", results: [result(.noDestination)],
      expected: [
        "False/NoDestination", "False/NoDestination", "Unknown/Pending", "False/NoDestination",
      ]),
    Row(
      testDescription: "one of two state stores has it", results: [result(.landed)],
      stores: ["a", "b"],
      expected: ["Unknown/Pending", "Unknown/Pending", "Unknown/Pending", "False/Pending"]),
    Row(
      testDescription: "somebody else has changed it",
      results: [
        result(
          .landed, drift: StoreResult.Drift(verdict: .wrong, message: "m", commit: "c"))
      ],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Landed", "False/Wrong", "False/Wrong",
      ]),
    Row(
      testDescription: "a state store that is no more does not count",
      results: [result(.landed), result(.unreachable, in: "gone")],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Landed", "True/ReadBack", "True/Landed",
      ]),
  ]

  @Test("follow from what became of it in the state stores", arguments: rows)
  func findings(row: Row) {
    let findings = WorkConditions(revision: 2, stores: row.stores, results: row.results).findings
    #expect(findings.map { "\($0.1.status.rawValue)/\($0.1.reason)" } == row.expected)
    #expect(findings.map(\.0) == Condition.Kind.allCases)
  }

  @Test("keep the time of their last transition until the next one")
  func transitions() throws {
    let dates = (0..<3).map { Date(timeIntervalSince1970: 1_795_000_000 + Double($0) * 60) }
    var conditions: [Condition] = []
    for (date, outcome) in zip(dates, [Outcome.unreachable, .timedOut, .landed]) {
      let findings = WorkConditions(
        revision: 2, stores: ["a"], results: [result(outcome)]
      ).findings
      conditions = Condition.updated(conditions, with: findings, generation: 7, at: date)
    }
    let written = try #require(conditions.first { $0.type == .writeSucceeded })
    #expect(written.lastTransitionTime == dates[2].formatted(.iso8601))
    let failing = Condition.updated(
      conditions,
      with: WorkConditions(revision: 2, stores: ["a"], results: [result(.landed)]).findings,
      generation: 8, at: .distantFuture)
    #expect(failing.map(\.lastTransitionTime) == conditions.map(\.lastTransitionTime))
    #expect(failing.map(\.observedGeneration) == [8, 8, 8, 8])
  }

  @Test("say where, why, and what the server said")
  func messages() {
    var failed = result(.rejected, message: "refused the push")
    failed.serverMessages = ["only on weekdays"]
    let findings = WorkConditions(revision: 2, stores: ["a"], results: [failed]).findings
    #expect(findings[1].1.message == "a: refused the push; the server said: only on weekdays")
  }
}
