import Foundation
import Testing
import Verification

@Suite("The corpus of pipeline outputs", .timeLimit(.minutes(5)))
struct CorpusTests {
  @Test("gets the verdicts of its tables", arguments: CorpusCase.all)
  func verdict(of example: CorpusCase) async throws {
    try await CorpusStore.withStore(of: example) { store in
      let asked = try await store.verify(asksForAll: false)
      #expect(asked.verdict == example.verdict, "\(asked)")
      #expect(asked.findings == example.findings, "\(asked)")
      let all = try await store.verify(asksForAll: true)
      #expect(all.verdict == example.verdictOfAll, "\(all)")
      #expect(all.findings == example.findingsOfAll, "\(all)")
    }
  }

  @Test("is large enough, and each Promise names its source") func size() throws {
    let cases = CorpusCase.all
    #expect(cases.count >= 60)
    #expect(Set(cases.map(\.promise)).count >= 12)
    #expect(cases.count(where: \.isBroken) >= 30)
    #expect(cases.count { !$0.isBroken } >= 25)
    for example in cases {
      #expect(example.sources.contains { $0.contains("/") }, "\(example.testDescription)")
    }
  }

  @Test("has no directory that no table names") func directories() throws {
    let listed = Set(CorpusCase.all.map(\.directory.standardizedFileURL.path))
    for promise in try CorpusCase.directories(in: CorpusCase.root) {
      for directory in try CorpusCase.directories(in: promise)
      where directory.lastPathComponent != "dependencies" {
        #expect(listed.contains(directory.standardizedFileURL.path))
      }
    }
  }
}
