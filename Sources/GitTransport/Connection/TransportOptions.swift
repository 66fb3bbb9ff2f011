import Foundation

/// How a remote is reached, apart from its address and credentials.
package struct TransportOptions: Sendable {
  /// Certificates or a key in PEM: the text itself, or a file that is read at the first connection.
  package enum Certificates: Sendable, Hashable {
    /// One or more PEM blocks.
    case text(String)

    /// The path of a file with PEM blocks.
    case file(String)
  }

  /// A certificate chain and its private key, for servers that ask for a client certificate.
  package struct ClientCertificate: Sendable {
    /// The chain, the client's own certificate first.
    package var chain: Certificates

    /// The private key in PEM, without passphrase.
    package var privateKey: Secret

    package init(chain: Certificates, privateKey: Secret) {
      self.chain = chain
      self.privateKey = privateKey
    }
  }

  /// Whether plain `http` to another machine is allowed; to the loopback interface it always is.
  package var allowInsecureHTTP = false

  /// Certificate authorities that are trusted in addition to the system's.
  package var certificateAuthorities: Certificates?

  /// The certificate for servers that ask for one.
  package var clientCertificate: ClientCertificate?

  /// Name and version of this program for the logs of servers: `name/version`, without spaces.
  package var agent = "statestore/0.1.0"

  /// The environment for proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, and in lower
  /// case), `PATH` and `SSH_AUTH_SOCK`; that of this process by default.
  package var environment: [String: String]

  package var limits = Limits()

  /// Limits on what a server can send.
  package struct Limits: Sendable {
    /// The most references in one advertisement.
    package var references = 1_000_000

    /// The most bytes of an advertisement, or of the report after a push.
    package var responseBytes = 256 << 20

    /// The most bytes of one fetched pack.
    package var packBytes = 8 << 30

    package init() {}
  }

  /// The defaults: verified TLS, the system's authorities, this process's environment.
  package init() {
    self.environment = ProcessInfo.processInfo.environment
  }
}
