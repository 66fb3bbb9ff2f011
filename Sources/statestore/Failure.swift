import Landing

/// Why a command ended without doing what it was asked: every error, as an outcome with a message.
struct Failure {
  let outcome: Outcome
  let message: String
  let serverMessages: [String]

  init(_ error: any Error) { self.init(LandingError(error)) }

  private init(_ error: LandingError) {
    outcome = error.outcome
    message = error.message
    serverMessages = error.serverMessages
  }

  /// The failure for a program, in the words of a write's result.
  var document: Document {
    Document(outcome: outcome, message: message, serverMessages: serverMessages)
  }

  /// The failure for a program.
  struct Document: Encodable {
    var schemaVersion = 1
    var outcome: Outcome
    var message: String
    var serverMessages: [String]
  }

  /// Two lines or more for a person.
  var text: String {
    ([outcome.rawValue + ": " + message] + serverMessages.map { "  the server said: " + $0 })
      .joined(separator: "\n")
  }
}
