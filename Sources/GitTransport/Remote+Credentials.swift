public import Crypto
public import Foundation

extension Remote {
  /// Tells credentials from others without giving them away: a keyed digest of what is offered to
  /// the remote.
  ///
  /// Two remotes with one address and one digest are one to the server.
  public func credentialsDigest(key: SymmetricKey) -> Data {
    var digest = HMAC<SHA256>(key: key)
    for part in credentials.parts { digest.update(data: Data("\(part.utf8.count):\(part)".utf8)) }
    return Data(digest.finalize())
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
