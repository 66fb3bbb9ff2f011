import Landing
import Testing
import Verification

@testable import Application

@Suite("The exit status of a check")
struct VerifyAnswerTests {
  private static let cases: [(outcomes: [Outcome], status: Int32)] = [
    ([], 0), ([.unreachable], 3), ([.invalidConfiguration], 2),
    ([.invalidConfiguration, .timedOut], 3), ([.noDestination], 1),
  ]

  @Test("is the highest of its failures, if there are no findings", arguments: cases)
  func failures(outcomes: [Outcome], status: Int32) {
    let answer = VerifyAnswer(reports: [], failures: outcomes.map { LandingError($0, "") })
    #expect(answer.exitStatus(failingOn: .error) == status)
  }
}
