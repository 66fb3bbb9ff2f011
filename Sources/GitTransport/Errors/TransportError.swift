/// Why an operation on a remote failed: a code for programs, a sentence with a remedy for people.
package struct TransportError: Error, Sendable, Hashable {
  /// A kind of failure; more kinds can be added without breaking a caller.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case invalidURL = "invalid-url"
      case insecure
      case invalidConfiguration = "invalid-configuration"
      case unreachable
      case unavailable
      case serverFailed = "server-failed"
      case timedOut = "timed-out"
      case cancelled
      case authenticationFailed = "authentication-failed"
      case untrustedCertificate = "untrusted-certificate"
      case unknownHostKey = "unknown-host-key"
      case repositoryNotFound = "repository-not-found"
      case refused
      case unsupported
      case objectNotFound = "object-not-found"
      case protocolViolation = "protocol-violation"
      case limitExceeded = "limit-exceeded"
      case missingProgram = "missing-program"
      case connectionClosed = "connection-closed"
      case outcomeUnknown = "outcome-unknown"
    }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// The text is not an address of a remote, or contains credentials.
    package static let invalidURL = Code(.invalidURL)

    /// To continue would send data or credentials unprotected or to another host.
    package static let insecure = Code(.insecure)

    /// The credentials, certificates or proxy do not fit the remote or cannot be read.
    package static let invalidConfiguration = Code(.invalidConfiguration)

    /// No connection could be made: the name does not resolve, or the connection is refused.
    package static let unreachable = Code(.unreachable)

    /// The server, or a proxy in front of it, is not available now (429, 502, 503, 504).
    package static let unavailable = Code(.unavailable)

    /// The server failed while it processed the request, which may be valid.
    package static let serverFailed = Code(.serverFailed)

    /// The deadline passed; the message names what was waited for.
    package static let timedOut = Code(.timedOut)

    /// The task was cancelled.
    package static let cancelled = Code(.cancelled)

    /// The server does not accept the credentials, or they do not allow this.
    package static let authenticationFailed = Code(.authenticationFailed)

    /// The server's certificate does not verify.
    package static let untrustedCertificate = Code(.untrustedCertificate)

    /// The server's ssh host key is not the one in `known_hosts`, or has no line there.
    package static let unknownHostKey = Code(.unknownHostKey)

    /// There is no repository at this address, or the credentials do not allow to read it.
    package static let repositoryNotFound = Code(.repositoryNotFound)

    /// The server refused the request as a whole, for example because it is too large.
    package static let refused = Code(.refused)

    /// The server does not offer what was asked for: a filter, shallow history, objects by id,
    /// SHA-1.
    package static let unsupported = Code(.unsupported)

    /// The server does not have, or does not send, an object that was requested by id.
    package static let objectNotFound = Code(.objectNotFound)

    /// The server's answer is not Git's protocol.
    package static let protocolViolation = Code(.protocolViolation)

    /// The server's answer is larger than this program accepts.
    package static let limitExceeded = Code(.limitExceeded)

    /// `git` or `ssh` is not installed here.
    package static let missingProgram = Code(.missingProgram)

    /// The connection ended before the answer did; nothing was changed on the server.
    package static let connectionClosed = Code(.connectionClosed)

    /// A push was sent but its result is unknown: the branch may or may not have moved.
    package static let outcomeUnknown = Code(.outcomeUnknown)

    /// The stable name of the code, for logs, metrics and machine-readable output.
    package var description: String { kind.rawValue }
  }

  /// The kind of failure.
  package var code: Code

  /// What happened and the remedy, without any secret.
  package var message: String

  /// The remote's address, without credentials.
  package var remote: String

  /// The server's messages, sanitized and bounded in number and length.
  package var serverMessages: [String]

  /// How long the server asks to wait before the next request (`Retry-After`).
  package var retryAfter: Duration?

  package init(
    code: Code, message: String, remote: String, serverMessages: [String] = [],
    retryAfter: Duration? = nil
  ) {
    self.code = code
    self.message = message
    self.remote = remote
    self.serverMessages = serverMessages
    self.retryAfter = retryAfter
  }

  /// Whether the same request may succeed when it is repeated.
  ///
  /// False for ``Code/outcomeUnknown``, because the remote has to be read first, and, as in curl, if
  /// no connection can be made, because the address is likely to be wrong.
  package var isTransient: Bool {
    [.unavailable, .serverFailed, .connectionClosed].contains(code)
  }
}

extension TransportError {
  /// Whether the same request in another version of the protocol would fail too.
  ///
  /// A server that names a time to wait is not asked again at once. Without one, a 502 may mean that
  /// git did not read to the end a request that it does not understand.
  var isIndependentOfVersion: Bool {
    let codes: Set<Code> = [
      .timedOut, .cancelled, .untrustedCertificate, .authenticationFailed, .invalidConfiguration,
    ]
    return codes.contains(code) || (code == .unavailable && retryAfter != nil)
  }
}

extension TransportError: CustomStringConvertible {
  /// One line: the remote, what happened, and the server's messages.
  package var description: String {
    guard !serverMessages.isEmpty else { return "\(remote): \(message)" }
    return "\(remote): \(message) (the server said: \(serverMessages.joined(separator: " / ")))"
  }
}
