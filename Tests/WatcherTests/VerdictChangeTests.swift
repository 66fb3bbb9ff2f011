import Foundation
import KubernetesAPI
import Manifests
import Testing

@testable import Watcher

@Suite("A change that is posted")
struct VerdictChangeTests {
  private typealias Row = (
    known: StatusCondition.Status?, former: Judgement.Verdict?, isFirst: Bool,
    verdict: Judgement.Verdict, posted: String??
  )

  /// The last column is what it was before; `nil` where nothing is posted.
  private static let rows: [Row] = [
    // A new watcher does not report all that is right.
    (nil, nil, true, .landed, nil), (nil, nil, true, .missing, .some(nil)),
    (nil, nil, false, .landed, .some(nil)), (nil, nil, false, .pending, nil),
    // What an earlier process said is not repeated.
    (.isTrue, nil, true, .landed, nil), (.isTrue, nil, true, .wrong, "Reason"),
    (.isFalse, nil, true, .missing, nil), (.isFalse, nil, true, .landed, "Reason"),
    (.unknown, nil, true, .landed, nil), (.unknown, nil, true, .missing, .some(nil)),
    (.isTrue, .landed, false, .landed, nil), (.isTrue, .landed, false, .wrong, "landed"),
    (.isFalse, .wrong, false, .missing, "wrong"), (.isFalse, .wrong, false, .landed, "wrong"),
    // A state store that is away is no news of each request.
    (.isTrue, .landed, false, .unknown, nil), (.isTrue, .landed, false, .pending, nil),
  ]

  @Test(
    "is one between landed and not, and none that an earlier process reported",
    arguments: rows.indices)
  func changes(index: Int) throws {
    let row = Self.rows[index]
    let key = RequestKey(promise: "database", namespace: "team", name: "db")
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    let known = row.known.map {
      StatusCondition(
        type: "Landed", status: $0, reason: "Reason", message: "", lastTransitionTime: now)
    }
    let change = VerdictChange(
      key, to: Judgement(row.verdict, "Why", "because"), from: row.former, isFirst: row.isFirst,
      known: known, destinations: ["worker"], time: now)
    #expect((change != nil) == (row.posted != nil))
    guard let change, let former = row.posted else { return }
    #expect(change.former == former)
    let body = try JSONReader.node(of: Array(change.json.utf8), name: "body")
    #expect(body["verdict"]?.string == row.verdict.rawValue)
    #expect(body["former"]?.string == former)
    #expect(body["time"]?.string == "2027-01-15T08:00:00Z")
  }
}
