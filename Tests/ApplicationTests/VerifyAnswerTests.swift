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

  private static let verdicts: [(verdict: Verdict, status: Int32)] = [
    (.landed, 0), (.unknown, 3), (.missing, 1), (.wrong, 1), (.misplaced, 1),
  ]

  @Test("follows from the verdict, whatever the findings are", arguments: verdicts)
  func verdict(verdict: Verdict, status: Int32) {
    let resource = ResourceReport(
      promise: "redis", namespace: "default", name: "a", verdict: verdict, placements: [],
      findings: [])
    let store = StateStoreDescription(name: "default", url: "state.git", branch: "main")
    let report = Report(stateStore: store, commit: nil, resources: [resource])
    #expect(VerifyAnswer(reports: [report]).exitStatus(failingOn: .error) == status)
  }
}
