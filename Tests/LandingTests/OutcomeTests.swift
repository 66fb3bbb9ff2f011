import GitTransport
import Kratix
import Manifests
import Testing

@testable import Git
@testable import Landing

@Suite("What an outcome means")
struct OutcomeTests {
  /// The exit statuses of a write and of a check, and the status over HTTP.
  static let statuses: [Outcome: (write: Int32, check: Int32, http: Int)] = [
    .landed: (0, 0, 200), .unchanged: (0, 0, 200), .removed: (0, 0, 200),
    .pipelineFailed: (1, 1, 422), .emptyOutput: (1, 1, 422), .noDestination: (1, 1, 422),
    .unsafePath: (1, 2, 422), .pathConflict: (1, 2, 422), .rejected: (1, 3, 422),
    .branchMissing: (1, 3, 422),
    .repositoryMissing: (1, 3, 422), .invalidInput: (2, 2, 400),
    .invalidConfiguration: (2, 2, 400), .authenticationFailed: (3, 3, 502),
    .signingFailed: (3, 3, 502),
    .unreachable: (3, 3, 502), .corruptRepository: (3, 3, 502), .timedOut: (3, 3, 504),
    .conflict: (3, 3, 409), .internalError: (3, 3, 500),
  ]

  @Test("is the same for commands and over HTTP", arguments: Outcome.allCases)
  func table(_ outcome: Outcome) throws {
    let expected = try #require(Self.statuses[outcome])
    let meaning = outcome.meaning
    #expect(meaning.writeStatus == expected.write)
    #expect(meaning.checkStatus == expected.check)
    #expect(meaning.httpStatus == expected.http)
  }

  @Test(
    "never lets a success look like a failure, or the other way round", arguments: Outcome.allCases)
  func consistency(_ outcome: Outcome) {
    let meaning = outcome.meaning
    let isSuccess = meaning.remedy == .none
    #expect(outcome.isSuccess == isSuccess)
    #expect((meaning.writeStatus == 0) == isSuccess)
    #expect((meaning.checkStatus == 0) == isSuccess)
    #expect((meaning.httpStatus == 200) == isSuccess)
    // What has to be changed first does not pass while somebody waits.
    #expect(!(meaning.mayPass && [.none, .change].contains(meaning.remedy)))
    // Status 3 says that it is safe to try again.
    if meaning.writeStatus == 3 { #expect([.askLater, .tryAgain].contains(meaning.remedy)) }
  }

  private struct Unknown: Error {}

  private static func transport(_ code: TransportError.Code) -> TransportError {
    TransportError(code: code, message: "because", remote: "https://git.example/s.git")
  }

  static let failures: [(error: any Error, outcome: Outcome)] = [
    (LandingError(.rejected, "no"), .rejected),
    (transport(.authenticationFailed), .authenticationFailed),
    (transport(.untrustedCertificate), .authenticationFailed),
    (transport(.repositoryNotFound), .repositoryMissing), (transport(.refused), .rejected),
    (transport(.timedOut), .timedOut), (transport(.cancelled), .timedOut),
    (transport(.connectionClosed), .unreachable), (transport(.insecure), .invalidConfiguration),
    (KratixError(.noDestination, "none"), .noDestination),
    (KratixError(.unsafePath, "a/../b"), .unsafePath),
    (
      ManifestError(code: .syntax, file: "a.yaml", position: nil, message: "no YAML"),
      .invalidInput
    ),
    (GitError(code: .corrupt, operation: "read", message: "damaged"), .corruptRepository),
    (GitError(code: .interrupted, operation: "read", message: "the time was up"), .timedOut),
    (CancellationError(), .timedOut), (Unknown(), .internalError),
  ]

  @Test("follows from each error in one way", arguments: failures.indices)
  func meaning(_ index: Int) {
    let (error, outcome) = Self.failures[index]
    #expect(LandingError(error).outcome == outcome, "\(error)")
  }
}
