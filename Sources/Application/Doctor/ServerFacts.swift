import GitTransport
import Kratix
import Landing

/// What was found out about the server of one state store; nothing is decided here.
struct ServerFacts: Sendable {
  /// How far the first question to a server can come.
  enum Stage: Int, Sendable, Comparable {
    case address, credentials, proxy, name, connection, identity, login, repository

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Where the first question ended without an answer.
  struct Failure: Sendable {
    var stage: Stage
    /// Whether it would be the same if it was asked again.
    var isCertain = true
    var message: String
    var remedy: String?
    var serverMessages: [String] = []
  }

  /// What became of the scratch reference.
  enum Push: Sendable {
    /// The server does not open a push.
    case notOpened(Failure)
    /// The server refused it in its report.
    case refused(reason: String, byHook: Bool, messages: [String])
    /// What became of it is not known, or the server failed.
    case unknown(String, messages: [String])
    /// The server made the reference; why it is still there, if it is.
    case made(messages: [String], leftBecause: String?)
  }

  /// What became of a commit that was signed.
  enum Signing: Sendable {
    /// It was signed, by what.
    case works(String)
    /// It was signed, and `verify` would not count the signature; by what, and why.
    case untrusted(String, String)
    case failed(LandingError)
  }

  let store: GitStateStore
  var url: RemoteURL?
  /// Which credentials there are, without their values.
  var credentials: String?
  var proxy: String?
  /// The addresses of the host.
  var addresses: [String]?
  var certificate: ServerCertificate?
  /// The branches, without `refs/heads/`; `nil` if they could not be read.
  var branches: [String]?
  var fetch: FetchSupport?
  /// What the server offers for a push.
  var pushOffer: [String] = []
  /// `nil` if nothing names a key.
  var signing: Signing?
  /// `nil` if it was not tried.
  var push: Push?
  /// The reference that was pushed.
  var scratch = ""
  /// How far the server's clock is ahead.
  var clockOffset: Duration?
  /// `nil` if the references could be read.
  private(set) var failure: Failure?

  /// Whether a commit can be made as a landing makes it.
  var canCommit: Bool { if case .failed? = signing { false } else { true } }

  /// The address without anything secret in it; empty for one that cannot be used.
  var address: String { url?.description ?? "" }

  /// Takes the failure that ends the questions, at the last stage before it that has a check.
  mutating func fail(_ failure: Failure) {
    var failure = failure
    switch url?.scheme {
    case .file where failure.stage > .address: failure.stage = .repository
    case .http where failure.stage == .identity: failure.stage = .connection
    default: break
    }
    self.failure = failure
  }
}

extension ServerFacts.Failure {
  /// What a failure of the way to a server means for a first landing.
  init(_ error: TransportError) {
    let (stage, isCertain): (ServerFacts.Stage, Bool) =
      switch error.code {
      case .invalidURL, .insecure: (.address, true)
      case .invalidConfiguration, .missingProgram: (.credentials, true)
      case .unreachable: (.connection, true)
      case .timedOut, .cancelled, .connectionClosed: (.connection, false)
      case .untrustedCertificate, .unknownHostKey: (.identity, true)
      case .authenticationFailed: (.login, true)
      case .unavailable, .serverFailed, .outcomeUnknown: (.repository, false)
      default: (.repository, true)
      }
    self.init(
      stage: stage, isCertain: isCertain, message: error.message,
      serverMessages: error.serverMessages)
  }
}
