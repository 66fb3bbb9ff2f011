/// An installation of a GitHub App, which proves who it is with a key and gets tokens for it
/// (GitHub's documentation, "Authenticating as a GitHub App installation").
package struct GitHubApp: Sendable, Hashable {
  /// The number of the App.
  package let appID: String
  /// The number of its installation on an account.
  package let installationID: String
  /// The App's RSA key in PEM, PKCS#1 or PKCS#8.
  package let privateKey: Secret
  /// Where its tokens are asked for.
  let tokens: RemoteURL

  /// - Parameter api: The API's address, without a slash at its end; by default the one that belongs
  ///   to the remote's host.
  /// - Throws: `TransportError` with the code `invalidURL` when the address cannot be parsed.
  package init(
    appID: String, installationID: String, privateKey: Secret, remote: RemoteURL,
    api: String? = nil
  ) throws(TransportError) {
    self.appID = appID
    self.installationID = installationID
    self.privateKey = privateKey
    tokens = try RemoteURL(
      "\(api ?? Self.api(of: remote.host ?? ""))/app/installations/\(installationID)/access_tokens")
  }

  /// The API of a host (GitHub's documentation, "Getting started with the REST API").
  static func api(of host: String) -> String {
    let host = host.lowercased()
    if host == "github.com" || host == "www.github.com" { return "https://api.github.com" }
    return host.hasSuffix(".ghe.com") ? "https://api.\(host)" : "https://\(host)/api/v3"
  }
}
