import Foundation
import Git
import GitTransport
import Kratix
import Landing
import Manifests
import Verification

/// Why a command ended without doing what it was asked: every error, as an outcome with a message.
struct Failure {
  let outcome: Outcome
  let message: String
  let serverMessages: [String]

  init(_ error: any Error) {
    switch error {
    case let error as LandingError: self.init(error)
    case let error as KratixError: self.init(LandingError(error))
    case let error as ManifestError: self.init(LandingError(.invalidInput, error.description))
    case let error as UnsafePath: self.init(LandingError(.unsafePath, error.description))
    case let error as InvalidRuleSetting:
      self.init(LandingError(.invalidConfiguration, error.message))
    case let error as TransportError:
      self.init(LandingError(.unreachable, error.message, serverMessages: error.serverMessages))
    case is CancellationError: self.init(LandingError(.timedOut, "cancelled"))
    default: self.init(LandingError(.corruptRepository, "\(error)"))
    }
  }

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
