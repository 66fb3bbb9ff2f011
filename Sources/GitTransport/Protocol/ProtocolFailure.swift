/// An error of the protocol, before the remote is known and it becomes a `TransportError`.
struct ProtocolFailure: Error, Hashable {
  var code: TransportError.Code
  var message: String
  var serverMessages: [String] = []

  /// The server's answer violates Git's protocol.
  static func violation(_ message: String) -> ProtocolFailure {
    ProtocolFailure(code: .protocolViolation, message: message)
  }

  /// The failure that the text of an `ERR` line reports (gitprotocol-pack(5) "error-line").
  static func reported(_ text: some Sequence<UInt8>) -> ProtocolFailure {
    let lines = SanitizedText.lines(text)
    let (code, message): (TransportError.Code, String) =
      switch ErrorMeaning(lines) {
      case .objectNotFound:
        (.objectNotFound, WithheldObject.message)
      case .repositoryNotFound:
        (
          .repositoryNotFound,
          "there is no such repository, or these credentials may not see it"
        )
      case .accessDenied:
        (.authenticationFailed, "the server denies access with these credentials")
      case .serverFailure: (.serverFailed, "the server failed")
      case .refusal, .movedReference, nil: (.refused, "the server refuses the request")
      }
    return ProtocolFailure(code: code, message: message, serverMessages: lines)
  }

  func transportError(remote: RemoteURL) -> TransportError {
    TransportError(
      code: code, message: message, remote: remote.description, serverMessages: serverMessages)
  }
}
