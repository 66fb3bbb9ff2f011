import Testing

@testable import Service

@Suite("A Work that is put over another")
struct PutDecisionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var stored = (generation: Int64(4), uid: String?.some("a"), isBeingRemoved: false)
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
      testDescription: "the same while it is being removed is wanted again",
      stored: (4, "a", true), generation: 4, expected: .replace(generation: 4)),
  ]

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
      over: PutDecision.Stored(
        generation: row.stored.generation, uid: row.stored.uid,
        specDigest: row.isSameSpec ? submission.specDigest : "other",
        metadataDigest: row.isSameMetadata ? submission.metadataDigest : "other",
        isBeingRemoved: row.stored.isBeingRemoved))
  }
}
