import Foundation
import Kratix
import KubernetesAPI
import Landing
import Manifests
import TestSupport
import Testing
import Verification

@testable import Watcher

@Suite("What is said of a request")
struct JudgementTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  private static func time(_ ago: TimeInterval) -> String { KubernetesTime.text(now - ago) }

  private static func condition(_ status: String, _ reason: String, _ ago: TimeInterval) -> Node {
    [
      "type": "ConfigureWorkflowCompleted", "status": Node(.string(status)),
      "reason": Node(.string(reason)), "lastTransitionTime": Node(.string(time(ago))),
    ]
  }

  private func request(
    _ conditions: Node..., metadata: Mapping = [:], observed: Int64? = nil
  ) throws -> WatchedRequest {
    var own = metadata
    own["name"] = "db"
    own["namespace"] = "team"
    var status: Mapping = ["conditions": Node(.sequence(conditions))]
    status["observedGeneration"] = observed.map { Node(.integer($0)) }
    let node: Node = [
      "apiVersion": "example.org/v1", "kind": "Database", "metadata": Node(.mapping(own)),
      "status": Node(.mapping(status)),
    ]
    let file = ManifestFile(name: "test", documents: [Document(root: node)])
    let object = try #require(file.objects.first)
    return try WatchedRequest(PlatformObject(object, file: "test"), promise: "database")
  }

  private static func report(_ verdict: Verdict) -> Sighting {
    .report(
      ResourceReport(
        promise: "database", namespace: "team", name: "db", verdict: verdict,
        placements: verdict == .missing
          ? [] : [.init(destination: "worker", path: "worker/resources/team/database/db")],
        findings: [], notes: ["a note"]))
  }

  private static func unreadable(since ago: TimeInterval) -> Sighting {
    .unreadable(LandingError(.unreachable, "https://git: connection refused"), since: now - ago)
  }

  private struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let status: String
    let reason: String
    let ago: TimeInterval
    let sighting: Sighting
    /// `VERDICT REASON`, `unchanged`, or with `?` where a diagnosis is asked.
    let expected: String

    init(
      _ status: String, _ reason: String, _ ago: TimeInterval, _ sighting: Sighting, _ name: String,
      _ expected: String
    ) {
      testDescription = "\(status) \(reason) \(ago) \(name)"
      (self.status, self.reason, self.ago) = (status, reason, ago)
      (self.sighting, self.expected) = (sighting, expected)
    }
  }

  private static let done = "PipelinesExecutedSuccessfully"
  private static let rows = [
    Row("False", "PipelinesInProgress", 900, report(.landed), "landed", "pending PipelineRunning"),
    Row(
      "False", "ConfigureWorkflowFailed", 5, report(.landed), "landed", "missing PipelineFailed ?"),
    Row("True", done, 5, report(.landed), "landed", "landed Landed"),
    Row("True", done, 900, report(.landed), "landed", "landed Landed"),
    Row("True", done, 59, report(.missing), "missing", "pending NotYetLanded"),
    Row("True", done, 59, report(.wrong), "wrong", "pending NotYetLanded"),
    Row("True", done, 61, report(.missing), "missing", "missing NeverCommitted ?"),
    Row("True", done, 61, report(.wrong), "wrong", "wrong WrongContent ?"),
    Row("True", done, 61, report(.misplaced), "misplaced", "misplaced Misplaced ?"),
    Row("True", done, 61, report(.unknown), "unknown", "unknown NotJudged"),
    Row("True", done, 900, unreadable(since: 30), "away", "unchanged"),
    Row("True", done, 900, unreadable(since: 61), "away", "unknown StoreUnreadable"),
    Row(
      "False", "PipelinesInProgress", 9, unreadable(since: 61), "away", "pending PipelineRunning"),
  ]

  private func text(_ first: FirstJudgement) -> String {
    switch first {
    case .settled(let judgement): "\(judgement.verdict) \(judgement.reason)"
    case .needsCause(let judgement): "\(judgement.verdict) \(judgement.reason) ?"
    case .unchanged: "unchanged"
    case .none: "none"
    }
  }

  @Test("depends on its pipelines, on the time of grace and on what was seen", arguments: rows)
  private func judgement(row: Row) throws {
    let request = try request(Self.condition(row.status, row.reason, row.ago))
    let first = request.judged(by: row.sighting, grace: 60, now: Self.now)
    #expect(text(first) == row.expected)
  }

  @Test("is nothing for one that is being deleted, and Unknown for one that is suspended")
  func others() throws {
    let leaving = try request(metadata: ["deletionTimestamp": "2026-01-01T00:00:00Z"])
    #expect(text(leaving.judged(by: Self.report(.missing), grace: 60, now: Self.now)) == "none")
    let waiting = try request(metadata: ["labels": ["kratix.io/workflow-suspended": "true"]])
    #expect(
      text(waiting.judged(by: Self.report(.missing), grace: 60, now: Self.now))
        == "unknown Suspended")
  }

  @Test("is pending while the spec is ahead of what the pipelines have seen")
  func changedSpec() throws {
    let done = Self.condition("True", Self.done, 900)
    let failed = Self.condition("False", "ConfigureWorkflowFailed", 900)
    for (generation, observed, condition, expected) in [
      (2, 1, done, "pending SpecChanged"), (2, 2, done, "missing NeverCommitted ?"),
      (2, nil, done, "missing NeverCommitted ?"), (2, 1, failed, "missing PipelineFailed ?"),
    ] as [(Int64, Int64?, Node, String)] {
      let request = try request(
        condition, metadata: ["generation": Node(.integer(generation))], observed: observed)
      let first = request.judged(by: Self.report(.missing), grace: 60, now: Self.now)
      #expect(text(first) == expected)
    }
  }

  private func known(_ status: StatusCondition.Status, _ reason: String) -> StatusCondition {
    StatusCondition(
      type: "Landed", status: status, reason: reason, message: "m",
      lastTransitionTime: Self.now - 1000)
  }

  private static let decisions:
    [(
      known: (StatusCondition.Status, String)?, verdict: Judgement.Verdict, reason: String,
      condition: String?, event: String?
    )] = [
      (nil, .landed, "Landed", "True", nil),
      (nil, .missing, "EmptyOutput", "False", "Warning EmptyOutput"),
      (nil, .unknown, "StoreUnreadable", "Unknown", nil),
      (nil, .pending, "NotYetLanded", nil, nil),
      ((.isTrue, "Landed"), .pending, "NotYetLanded", nil, nil),
      ((.isTrue, "Landed"), .landed, "Landed", nil, nil),
      ((.isTrue, "Landed"), .wrong, "Overwritten", "False", "Warning Overwritten"),
      ((.isFalse, "EmptyOutput"), .missing, "EmptyOutput", nil, nil),
      ((.isFalse, "EmptyOutput"), .missing, "NoWork", "False", "Warning NoWork"),
      ((.isFalse, "EmptyOutput"), .landed, "Landed", "True", "Normal Landed"),
      ((.isFalse, "EmptyOutput"), .unknown, "StoreUnreadable", "Unknown", nil),
      ((.unknown, "StoreUnreadable"), .landed, "Landed", "True", nil),
      ((.unknown, "StoreUnreadable"), .missing, "NoWork", "False", "Warning NoWork"),
    ]

  @Test("is written when it is new or changes, and only then", arguments: decisions.indices)
  func decision(index: Int) {
    let row = Self.decisions[index]
    let known = row.known.map { self.known($0.0, $0.1) }
    let decision = Decision(Judgement(row.verdict, row.reason, "m"), known: known, now: Self.now)
    #expect(decision.condition?.status.rawValue == row.condition)
    #expect(decision.event.map { "\($0.severity.rawValue) \($0.reason)" } == row.event)
    guard let condition = decision.condition else { return }
    let isSame = known?.status == condition.status
    #expect(condition.lastTransitionTime == (isSame ? Self.now - 1000 : Self.now))
  }

  @Test(
    "is counted; without the API server all is unknown, and a replica that stands by counts nothing"
  )
  func metrics() throws {
    let board = VerdictBoard()
    let telemetry = WatchTelemetry(
      board, version: "1", commit: "1a2b3c4", startedAt: Self.now)
    let keys = ["a", "b"].map { RequestKey(promise: "p", namespace: "n", name: $0) }
    telemetry.leads(true, isAPIUp: true)
    for (key, judgement) in zip(
      keys, [Judgement(.landed, "Landed", ""), Judgement(.missing, "NoWork", "")])
    {
      board.set(
        key, VerdictBoard.Entry(judgement: judgement, since: Self.now, destinations: [], places: [])
      )
    }
    board.update(count: 3, isCurrent: true)
    #expect(try MetricTable().differences(from: telemetry.text, by: "watch").isEmpty)
    #expect(
      telemetry.text.contains("statestore_build_info{version=\"1\",commit=\"1a2b3c4\"} 1\n"))
    #expect(telemetry.text.contains("statestore_requests{verdict=\"landed\"} 1\n"))
    #expect(
      telemetry.text.contains(
        "statestore_request_failed{promise=\"p\",namespace=\"n\",name=\"b\",reason=\"NoWork\"} 1\n")
    )
    telemetry.leads(false, isAPIUp: false)
    #expect(telemetry.text.contains("statestore_requests{verdict=\"unknown\"} 3\n"))
    #expect(telemetry.text.contains("statestore_api_up 0\n"))
    telemetry.leads(false, isAPIUp: true)
    #expect(!telemetry.text.contains("statestore_requests{"))
  }
}
