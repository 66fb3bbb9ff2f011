/// What gives the credentials of each request, where they change: the tokens of a GitHub App.
protocol CredentialsSource: Sendable {
  /// The credentials of the next request.
  ///
  /// - Throws: `TransportError`.
  func credentials() async throws -> Credentials
  /// The credentials that were used last; `nil` before the first request.
  var current: Credentials? { get }
  /// Does not use credentials again that the server has refused.
  func drop(_ refused: Credentials)
}

/// A remote as its connections need it: where it is, how it is reached, and how its errors are
/// reported.
struct Endpoint: Sendable {
  let url: RemoteURL
  let credentials: Credentials
  let options: TransportOptions
  /// `nil` if each request is sent with the credentials themselves.
  var tokens: (any CredentialsSource)?

  /// What a request is sent with: the credentials, or the token that they give.
  func credentialsOfRequest() async throws -> Credentials {
    try await tokens?.credentials() ?? credentials
  }

  /// - Throws: `TransportError` when everything would be sent in clear to another machine.
  func requireSecure() throws(TransportError) {
    if url.scheme == .http, !url.isLoopback, !options.allowInsecureHTTP {
      throw error(
        .insecure,
        "http:// would send everything readable for all; use https://, or --allow-insecure-http")
    }
  }

  /// An error that names this remote.
  func error(
    _ code: TransportError.Code, _ message: String, serverMessages: [String] = []
  ) -> TransportError {
    TransportError(
      code: code, message: message, remote: url.description, serverMessages: serverMessages)
  }

  /// Converts any error to a `TransportError`.
  func transportError(_ error: any Error) -> TransportError {
    switch error {
    case let error as TransportError: error
    case let error as ProtocolFailure: error.transportError(remote: url)
    case is CancellationError: self.error(.cancelled, "cancelled")
    default: self.error(.connectionClosed, "the exchange failed: \(type(of: error))")
    }
  }

  /// Runs a body and converts its errors to `TransportError`, without secrets in them.
  func convertingErrors<Value>(
    _ body: () async throws -> Value
  ) async throws(TransportError) -> Value {
    do { return try await body() } catch { throw redacted(transportError(error)) }
  }

  /// An error whose server messages contain none of our secrets.
  func redacted(_ error: TransportError) -> TransportError {
    var error = error
    for secrets in [credentials, tokens?.current].compactMap(\.self) {
      error.serverMessages = secrets.redactingSecrets(error.serverMessages)
    }
    return error
  }
}
