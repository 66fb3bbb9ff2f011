import Foundation
import Testing

@testable import Service

@Suite("A Work that is put over another")
struct PutDecisionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var stored: (generation: Int64, uid: String?, isBeingRemoved: Bool)? = (4, "a", false)
    /// What was deleted under the name before.
    var deletions: [Deletion] = []
    var generation: Int64?
    var uid: String?
    var isSameSpec = true
    var isSameMetadata = true
    var expected: PutDecision
  }

  static let rows: [Row] = [
    Row(testDescription: "the same without a generation stays", expected: .keep),
    Row(testDescription: "the same with its generation stays", generation: 4, expected: .keep),
    Row(
      testDescription: "another spec without a generation is the next one", isSameSpec: false,
      expected: .replace(generation: 5)),
    Row(
      testDescription: "a later generation replaces", generation: 7, isSameSpec: false,
      expected: .replace(generation: 7)),
    Row(
      testDescription: "a later generation of the same spec is noted", generation: 5,
      expected: .replace(generation: 5)),
    Row(
      testDescription: "other labels are no other generation", generation: 4,
      isSameMetadata: false, expected: .replace(generation: 4)),
    Row(
      testDescription: "another object of the name counts anew", generation: 1, uid: "b",
      isSameSpec: false, expected: .replace(generation: 1)),
    Row(
      testDescription: "the same while it is being removed is wanted again, uncounted",
      stored: (4, "a", true), expected: .replace(generation: 4)),
    Row(
      testDescription: "a later generation while it is being removed is wanted again",
      stored: (4, "a", true), generation: 5, uid: "a", expected: .replace(generation: 5)),
    Row(
      testDescription: "another object while one is being removed",
      stored: (4, "a", true), generation: 1, uid: "b", expected: .replace(generation: 1)),
    Row(
      testDescription: "another object than was deleted", stored: nil, deletions: [deletion("a")],
      generation: 1, uid: "b", expected: .create(generation: 1)),
    Row(
      testDescription: "a later generation than was deleted", stored: nil,
      deletions: [deletion("a")], generation: 8, uid: "a", expected: .create(generation: 8)),
    Row(
      testDescription: "what is not counted goes on counting after a deletion", stored: nil,
      deletions: [deletion("a"), deletion(nil)], expected: .create(generation: 8)),
    Row(
      testDescription: "an object of a cluster is another one than what no cluster has seen",
      stored: nil, deletions: [deletion(nil)], generation: 1, uid: "a",
      expected: .create(generation: 1)),
  ]

  /// What comes late, and would bring back what was deleted.
  static let late: [Row] = [
    Row(
      testDescription: "the last generation of what was deleted", stored: nil,
      deletions: [deletion("a")], generation: 7, uid: "a", expected: .keep),
    Row(
      testDescription: "an earlier one", stored: nil, deletions: [deletion("a")],
      generation: 3, uid: "a", expected: .keep),
    Row(
      testDescription: "one that does not say of which object", stored: nil,
      deletions: [deletion("a")], generation: 7, expected: .keep),
    Row(
      testDescription: "one of an object that no cluster has seen", stored: nil,
      deletions: [deletion(nil)], generation: 7, expected: .keep),
    Row(
      testDescription: "the same while it is being removed", stored: (4, "a", true),
      generation: 4, uid: "a", expected: .keep),
    Row(
      testDescription: "what another object has replaced", stored: (1, "b", false),
      deletions: [deletion("a")], generation: 7, uid: "a", expected: .keep),
  ]

  private static func deletion(_ uid: String?) -> Deletion {
    Deletion(uid: uid, generation: 7, date: Date(timeIntervalSince1970: 1_795_000_000))
  }

  @Test("is refused when it comes later than the deletion that it is older than", arguments: late)
  func refusedAfterDeletion(row: Row) throws {
    guard case .refuse(let reason) = try decide(row) else {
      Issue.record("\(try decide(row))")
      return
    }
    #expect(reason.contains("was deleted at 2026-11-18T"), "\(reason)")
  }

  @Test("is taken or left by generation and content", arguments: rows)
  func decision(row: Row) throws {
    #expect(try decide(row) == row.expected)
  }

  @Test("is refused when it is older, or another one of the same generation")
  func refusals() throws {
    let older = Row(testDescription: "", generation: 3, expected: .keep)
    let twin = Row(testDescription: "", generation: 4, isSameSpec: false, expected: .keep)
    for row in [older, twin] {
      guard case .refuse = try decide(row) else {
        Issue.record("\(try decide(row))")
        continue
      }
    }
  }

  private func decide(_ row: Row) throws -> PutDecision {
    var text = WorkText("example", generation: row.generation)
    text.uid = row.uid
    let submission = try text.submission()
    return PutDecision(
      submission,
      over: row.stored.map { stored in
        PutDecision.Stored(
          generation: stored.generation, uid: stored.uid,
          specDigest: row.isSameSpec ? submission.specDigest : "other",
          metadataDigest: row.isSameMetadata ? submission.metadataDigest : "other",
          removalRequestedAt: stored.isBeingRemoved
            ? Date(timeIntervalSince1970: 1_795_000_000) : nil)
      }, after: row.deletions)
  }
}
