/// A remote as its connections need it: where it is, how it is reached, and how its errors are
/// reported.
struct Endpoint: Sendable {
  let url: RemoteURL
  let credentials: Credentials
  let options: TransportOptions

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
    error.serverMessages = credentials.redactingSecrets(error.serverMessages)
    return error
  }
}
