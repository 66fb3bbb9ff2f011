import Landing
import Testing

@testable import Application

@Suite("A failure that a service answers with")
struct ServiceAnswerTests {
  private func failure(_ status: Int, _ body: String) -> LandingError {
    ServiceAnswer(base: "https://service", status: status, body: Array(body.utf8)).failure
  }

  private static let cases: [(status: Int, body: String, outcome: Outcome)] = [
    (422, #"{"type":"path-conflict","detail":"twice"}"#, .pathConflict),
    (403, #"{"type":"forbidden"}"#, .authenticationFailed),
    (409, #"{"type":"stale-generation"}"#, .rejected),
    (413, #"{"type":"too-large"}"#, .invalidInput),
    (503, #"{"type":"overloaded"}"#, .unreachable),
    (429, "", .unreachable),
    (404, #"{"type":"not-found"}"#, .invalidConfiguration),
    (502, "<html><body>Bad Gateway: \"\t{</body></html>", .unreachable),
  ]

  @Test("has the outcome of its type, or of its status", arguments: cases)
  func outcome(status: Int, body: String, outcome: Outcome) {
    #expect(failure(status, body).outcome == outcome)
  }

  @Test("says what the service and the Git server say")
  func messages() {
    let error = failure(
      422, #"{"type":"rejected","detail":"no","serverMessages":["hook declined"]}"#)
    #expect(
      error == LandingError(.rejected, "https://service: no", serverMessages: ["hook declined"]))
    #expect(failure(502, "<html>").message == "https://service: it answered 502")
  }

  @Test("of something else than a service is told as one of the configuration")
  func notAService() {
    let answer = ServiceAnswer(base: "https://other", status: 200, body: Array("<html>".utf8))
    let error = #expect(throws: LandingError.self) { try answer.decode([String].self) }
    #expect(error?.outcome == .invalidConfiguration)
    #expect(
      error?.message.hasPrefix("https://other does not answer as a statestore service") == true)
  }
}
