/// What is wrong with a server's answer; becomes a `TransportError` where the remote is known.
struct ProtocolFailure: Error, Hashable {
  var code: TransportError.Code
  var message: String
  var serverMessages: [String] = []

  /// The answer is not Git's protocol.
  static func violation(_ message: String) -> ProtocolFailure {
    ProtocolFailure(code: .protocolViolation, message: message)
  }

  /// What a server says in an `ERR` line (gitprotocol-pack(5) "error-line"), with what it means.
  static func said(_ text: some Sequence<UInt8>) -> ProtocolFailure {
    let words = ServerText.lines(text)
    let (code, message): (TransportError.Code, String) =
      switch ServerWords.meaning(of: words, among: Set(ServerWords.Meaning.allCases)) {
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
    return ProtocolFailure(code: code, message: message, serverMessages: words)
  }

  func transportError(remote: RemoteURL) -> TransportError {
    TransportError(
      code: code, message: message, remote: remote.description, serverMessages: serverMessages)
  }
}
