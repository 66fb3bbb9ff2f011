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
    let sentence = words.joined(separator: " ").lowercased()
    if WithheldObject.isMeant(by: sentence) {
      return ProtocolFailure(
        code: .objectNotFound, message: WithheldObject.message, serverMessages: words)
    }
    if ["not found", "not exported", "does not exist", "no such", "not appear to be a git repo"]
      .contains(where: sentence.contains)
    {
      return ProtocolFailure(
        code: .repositoryNotFound,
        message: "there is no such repository, or these credentials may not see it",
        serverMessages: words)
    }
    if ["access denied", "permission", "not authorized"].contains(where: sentence.contains) {
      return ProtocolFailure(
        code: .authenticationFailed, message: "the server denies access with these credentials",
        serverMessages: words)
    }
    return ProtocolFailure(
      code: .refused, message: "the server refuses the request", serverMessages: words)
  }

  func transportError(remote: RemoteURL) -> TransportError {
    TransportError(
      code: code, message: message, remote: remote.description, serverMessages: serverMessages)
  }
}
