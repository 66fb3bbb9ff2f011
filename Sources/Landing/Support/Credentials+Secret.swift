internal import Foundation
package import GitTransport
package import Kratix

extension Credentials {
  /// What a GitStateStore's Secret holds for its way of proving who writes
  /// (Kratix, `util/git/creds.go`).
  ///
  /// Besides Kratix's keys, `bearerToken` is taken, as Flux names it.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` that names the key that is not there.
  package init(_ secret: CredentialsSecret, for store: GitStateStore) throws(LandingError) {
    switch store.authMethod {
    case .basicAuth:
      if let token = secret["bearerToken"] {
        self = .bearer(Secret(token))
      } else if secret["password"] == nil, secret["tls.crt"] != nil {
        self = .none
      } else {
        let password = try secret.require("password", for: store)
        self = .basic(username: Self.username(secret, store), password: Secret(password))
      }
    case .ssh:
      self = .ssh(
        privateKey: Secret(try secret.require("sshPrivateKey", for: store)),
        knownHosts: try secret.require("knownHosts", for: store))
    case .githubApp: self = .githubApp(try GitHubApp(secret, for: store))
    }
  }

  /// The name in the Secret, else the one in the address, as Azure DevOps and Bitbucket have it.
  private static func username(_ secret: CredentialsSecret, _ store: GitStateStore) -> String {
    let given = secret["username"]?.trimmingCharacters(in: .whitespacesAndNewlines)
    // An address that cannot be read has been refused by now.
    let named = given.flatMap { $0.isEmpty ? nil : $0 } ?? (try? RemoteURL(store.url))?.user
    // GitHub takes any user name with a token, and none is refused.
    return named ?? (given == nil && store.url.contains("github") ? "x-access-token" : "")
  }
}

extension GitHubApp {
  /// The App in a GitStateStore's Secret, by the keys of Kratix (`util/git/creds.go`) or of Flux
  /// (`githubAppID` and so on).
  ///
  /// Flux's `githubAppBaseURL` says where the API is; Kratix knows github.com alone.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  fileprivate init(_ secret: CredentialsSecret, for store: GitStateStore) throws(LandingError) {
    func value(_ key: String, orFlux other: String) throws(LandingError) -> String {
      if let value = secret[other] { return value }
      return try secret.require(key, for: store)
    }
    func number(_ key: String, orFlux other: String) throws(LandingError) -> String {
      let text = try value(key, orFlux: other).trimmingCharacters(in: .whitespacesAndNewlines)
      guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw LandingError(
          .invalidConfiguration,
          "the \(key) in the credentials of GitStateStore \(store.name) must be a number")
      }
      return text
    }
    let (app, installation) = (
      try number("appID", orFlux: "githubAppID"),
      try number("installationID", orFlux: "githubAppInstallationID")
    )
    let key = Secret(try value("privateKey", orFlux: "githubAppPrivateKey"))
    let address = try Self.remote(of: store)
    do throws(TransportError) {
      self = try GitHubApp(
        appID: app, installationID: installation, privateKey: key, remote: address,
        api: secret["githubAppBaseURL"].map(Self.withoutSlash))
    } catch {
      throw LandingError(
        .invalidConfiguration,
        "the githubAppBaseURL of GitStateStore \(store.name): \(error.message)")
    }
  }

  private static func remote(of store: GitStateStore) throws(LandingError) -> RemoteURL {
    // An address that cannot be read has been refused by now.
    guard let remote = try? RemoteURL(store.url),
      remote.scheme == .https || (remote.scheme == .http && remote.isLoopback)
    else {
      throw LandingError(
        .invalidConfiguration,
        """
        GitStateStore \(store.name) has authMethod githubApp, whose tokens are for https; give an \
        https address in spec.url
        """)
    }
    return remote
  }

  private static func withoutSlash(_ address: String) -> String {
    var address = address.trimmingCharacters(in: .whitespacesAndNewlines)
    while address.utf8.last == UInt8(ascii: "/") { address.removeLast() }
    return address
  }
}

extension TransportOptions.ClientCertificate {
  /// The client certificate in a GitStateStore's Secret, under the keys that Kubernetes and Flux have
  /// for one: `tls.crt` and `tls.key`; `nil` where there is none.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` where one of the two is missing.
  package init?(_ secret: CredentialsSecret, for store: GitStateStore) throws(LandingError) {
    guard secret["tls.crt"] != nil || secret["tls.key"] != nil else { return nil }
    self.init(
      chain: .text(try secret.require("tls.crt", for: store, because: "tls.key")),
      privateKey: Secret(try secret.require("tls.key", for: store, because: "tls.crt")))
  }
}

extension CredentialsSecret {
  fileprivate func require(
    _ key: String, for store: GitStateStore, because reason: String? = nil
  ) throws(LandingError) -> String {
    guard let value = self[key], !value.isEmpty else {
      let others = keys.filter { $0 != key }.joined(separator: ", ")
      throw LandingError(
        .invalidConfiguration,
        """
        the credentials of GitStateStore \(store.name) have no \(key), which \
        \(reason ?? "authMethod \(store.authMethod.rawValue)") needs\
        \(others.isEmpty ? "" : "; they have \(others)")
        """)
    }
    return value
  }
}
