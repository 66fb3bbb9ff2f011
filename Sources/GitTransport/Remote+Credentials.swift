internal import Digests

extension Remote {
  /// Tells credentials from others without giving them away: a keyed digest of what is offered to
  /// the remote.
  ///
  /// Two remotes with one address and one digest are one to the server.
  package func credentialsDigest(key: [UInt8]) -> [UInt8] {
    let text = credentials.parts.map { "\($0.utf8.count):\($0)" }.joined()
    return Digest.hmacSHA256(of: text.utf8, key: key).bytes
  }
}

extension Credentials {
  fileprivate var parts: [String] {
    switch self {
    case .none: ["none"]
    case .basic(let username, let password): ["basic", username, password.revealed]
    case .bearer(let token): ["bearer", token.revealed]
    case .ssh(let key, let knownHosts): ["ssh", key.revealed, knownHosts]
    case .sshAgent(let knownHosts): ["agent", knownHosts ?? ""]
    }
  }
}
