internal import Foundation
public import GitTransport
public import Kratix

extension Credentials {
  /// What a GitStateStore's Secret holds for its way of proving who writes
  /// (Kratix, `util/git/creds.go`).
  ///
  /// Besides Kratix's keys, `bearerToken` is taken, as Flux names it.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` that names the key that is not there.
  public init(_ secret: CredentialsSecret, for store: GitStateStore) throws(LandingError) {
    switch store.authMethod {
    case .basicAuth:
      if let token = secret["bearerToken"] {
        self = .bearer(Secret(token))
      } else {
        let password = try secret.require("password", for: store)
        // GitHub takes any user name with a token, and none is refused.
        let username = secret["username"] ?? (store.url.contains("github") ? "x-access-token" : "")
        self = .basic(
          username: username.trimmingCharacters(in: .whitespacesAndNewlines),
          password: Secret(password))
      }
    case .ssh:
      self = .ssh(
        privateKey: Secret(try secret.require("sshPrivateKey", for: store)),
        knownHosts: try secret.require("knownHosts", for: store))
    case .githubApp:
      throw LandingError(
        .invalidConfiguration,
        """
        GitStateStore \(store.name) wants authMethod githubApp, which is not supported yet; use \
        basicAuth with an installation's token as the password
        """)
    }
  }
}

extension CredentialsSecret {
  fileprivate func require(
    _ key: String, for store: GitStateStore
  ) throws(LandingError) -> String {
    guard let value = self[key], !value.isEmpty else {
      throw LandingError(
        .invalidConfiguration,
        """
        the credentials of GitStateStore \(store.name) have no \(key), which authMethod \
        \(store.authMethod.rawValue) needs
        """)
    }
    return value
  }
}
