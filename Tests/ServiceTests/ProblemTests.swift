import Landing
import Testing

@testable import Service

@Suite("A problem")
struct ProblemTests {
  @Test("has the title that belongs to its status (RFC 9457)", arguments: Outcome.allCases)
  func title(outcome: Outcome) {
    let problem = Problem(LandingError(outcome, "it failed"))
    let words = "\(problem.status)".split(separator: " ")
    #expect(words.first == "\(outcome.meaning.httpStatus)")
    #expect(words.count > 1, "no reason phrase, which becomes the title")
  }
}
