internal import Digests

/// How this program authenticates to a remote.
///
/// Kratix's `GitStateStore` knows `basicAuth`, `ssh` and `githubApp`.
package enum Credentials: Sendable, Hashable {
  /// None. `ssh` still uses its own default keys and agent.
  case none

  /// A user name and a password or token, sent with the first request. The name may be empty.
  case basic(username: String, password: Secret)

  /// A token for the `Authorization: Bearer` header.
  case bearer(Secret)

  /// A private key without passphrase, and the lines of `known_hosts` for the server.
  case ssh(privateKey: Secret, knownHosts: String)

  /// A GitHub App, whose tokens are sent with the user name `x-access-token`.
  case githubApp(GitHubApp)
}

extension Credentials {
  /// A keyed digest of the credentials, to compare them without revealing them.
  func digest(key: [UInt8]) -> [UInt8] {
    let parts =
      switch self {
      case .none: ["none"]
      case .basic(let username, let password): ["basic", username, password.revealed]
      case .bearer(let token): ["bearer", token.revealed]
      case .ssh(let key, let knownHosts): ["ssh", key.revealed, knownHosts]
      case .githubApp(let app):
        ["githubApp", app.appID, app.installationID, app.privateKey.revealed]
      }
    let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
    return Digest.hmacSHA256(of: text.utf8, key: key).bytes
  }
}
