import Foundation
import Landing
import Testing
import Verification

@testable import Service

@Suite("The conditions of a Work")
struct WorkConditionsTests {
  /// A result; what has landed has a placement, and verification has seen it.
  private static func result(
    _ outcome: Outcome, revision: Int64 = 2, in store: String = "a", message: String = "",
    drift: StoreResult.Drift? = nil, verdict: Verdict? = .landed
  ) -> StoreResult {
    var result = StoreResult(
      store: store, revision: revision, outcome: outcome, message: message,
      attemptedAt: "2026-11-25T00:00:00Z", drift: drift)
    guard outcome.isSuccess else { return result }
    result.receipt = receipt(in: store)
    result.verification = verdict.map { verdict in
      StoreResult.Verification(
        verdict: verdict, message: "m", commit: "c", platform: "p", trees: [:])
    }
    return result
  }

  private static func receipt(in store: String) -> Receipt? {
    let id = String(repeating: "1", count: 40)
    return try? JSONText.decode(
      """
      {"stateStore": {"name": "\(store)", "url": "u", "branch": "main"}, "outcome": "landed",
       "commit": "\(id)", "attempts": 1, "verifiedAt": "2026-11-25T00:00:00Z",
       "placements": [{"name": "n", "destination": "worker", "outcome": "landed",
         "misplaced": false, "path": "worker/a", "tree": "\(id)", "files": []}]}
      """)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var results: [StoreResult]
    var stores = ["a"]
    /// Scheduled, WriteSucceeded, Verified and Ready, as `status/reason`.
    var expected: [String]
  }

  static let rows: [Row] = [
    Row(
      testDescription: "nothing is known yet", results: [],
      expected: ["Unknown/Pending", "Unknown/Pending", "Unknown/Pending", "False/Pending"]),
    Row(
      testDescription: "it has landed", results: [result(.landed)],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Landed", "True/Landed", "True/Landed",
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
      testDescription: "it has landed and verification has not seen it",
      results: [result(.landed, verdict: nil)],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Landed", "Unknown/Pending", "False/Pending",
      ]),
    Row(
      testDescription: "its content is wrong", results: [result(.landed, verdict: .wrong)],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Landed", "False/Wrong", "False/Wrong",
      ]),
    Row(
      testDescription: "its content cannot be judged",
      results: [result(.unchanged, verdict: .unknown)],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Unchanged", "Unknown/Unknown", "False/Unknown",
      ]),
    Row(
      testDescription: "one of two state stores holds the wrong content",
      results: [result(.landed), result(.landed, in: "b", verdict: .misplaced)],
      stores: ["a", "b"],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Landed", "False/Misplaced", "False/Misplaced",
      ]),
    Row(
      testDescription: "a state store that is no more does not count",
      results: [result(.landed), result(.unreachable, in: "gone")],
      expected: [
        "True/AllWorkplacementsScheduled", "True/Landed", "True/Landed", "True/Landed",
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
        revision: 2, stores: ["a"], results: [Self.result(outcome)]
      ).findings
      conditions = Condition.updated(conditions, with: findings, generation: 7, at: date)
    }
    let written = try #require(conditions.first { $0.type == .writeSucceeded })
    #expect(written.lastTransitionTime == dates[2].formatted(.iso8601))
    let failing = Condition.updated(
      conditions,
      with: WorkConditions(revision: 2, stores: ["a"], results: [Self.result(.landed)]).findings,
      generation: 8, at: .distantFuture)
    #expect(failing.map(\.lastTransitionTime) == conditions.map(\.lastTransitionTime))
    #expect(failing.map(\.observedGeneration) == [8, 8, 8, 8])
  }

  @Test("say that nothing is known while a state store cannot be read, and since when")
  func unread() throws {
    let landed = Condition.updated(
      [],
      with: WorkConditions(revision: 2, stores: ["a"], results: [Self.result(.landed)]).findings,
      generation: 7, at: .distantPast)
    let date = Date(timeIntervalSince1970: 1_795_000_000)
    let health = StoreHealth()
    health.notLooked(at: "a", because: LandingError(.branchMissing, "no branch"), at: date)
    health.notLooked(
      at: "a", because: LandingError(.branchMissing, "still no branch"), at: date + 60)
    let problem = try #require(health.statuses["a"]?.unread)
    let unread = WorkConditions.unread(landed, in: "a", because: problem)
    #expect(
      unread.map { "\($0.type.rawValue) \($0.status.rawValue)/\($0.reason)" } == [
        "Scheduled True/AllWorkplacementsScheduled", "WriteSucceeded True/Landed",
        "Verified Unknown/BranchMissing", "Ready False/BranchMissing",
      ])
    #expect(unread[2].message == "a: still no branch")
    #expect(unread[2].lastTransitionTime == date.formatted(.iso8601))
    health.notLooked(at: "a", because: StorageError("the disk is full"), at: date + 120)
    #expect(health.statuses["a"]?.unread == problem)
    let pending = Condition.updated([], with: WorkConditions.pending, generation: 7, at: date)
    #expect(WorkConditions.unread(pending, in: "a", because: problem) == pending)
  }

  @Test("say where, why, and what the server said")
  func messages() {
    var failed = Self.result(.rejected, message: "refused the push")
    failed.serverMessages = ["only on weekdays"]
    let findings = WorkConditions(revision: 2, stores: ["a"], results: [failed]).findings
    #expect(findings[1].1.message == "a: refused the push; the server said: only on weekdays")
  }
}
