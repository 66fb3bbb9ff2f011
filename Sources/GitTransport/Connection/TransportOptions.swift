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

  /// A certificate chain and its private key, shown to servers that ask for one.
  package struct ClientCertificate: Sendable {
    /// The chain, the client's own certificate first.
    package var chain: Certificates

    /// The private key in PEM, without passphrase.
    package var privateKey: Secret

    /// Joins a chain and its key.
    package init(chain: Certificates, privateKey: Secret) {
      self.chain = chain
      self.privateKey = privateKey
    }
  }

  /// Whether plain `http` to another machine is allowed; to the loopback interface it always is.
  package var allowInsecureHTTP = false

  /// Certificate authorities that are trusted in addition to the system's.
  package var certificateAuthorities: Certificates?

  /// What this program shows to a server that asks for a certificate.
  package var clientCertificate: ClientCertificate?

  /// Name and version of this program, as `name/version`, without spaces: what servers log.
  package var agent = "statestore/0.1.0"

  /// Where proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, and in lower case),
  /// `PATH` and `SSH_AUTH_SOCK` are looked up; this process's environment by default.
  package var environment: [String: String]

  /// Whether the user's and the system's `ssh_config` apply; they can name programs to run.
  package var usesSSHConfiguration = false

  /// The most references that an advertisement may hold, and the most bytes of it in memory.
  package var limits = Limits()

  /// Bounds on what a server can make this program keep in memory.
  package struct Limits: Sendable {
    /// References in one advertisement.
    package var references = 1_000_000

    /// Bytes of an advertisement, or of the report after a push.
    package var responseBytes = 256 << 20

    /// Bytes of one fetched pack.
    package var packBytes = 8 << 30

    /// The usual bounds.
    package init() {}
  }

  /// The usual options: verified TLS, the system's authorities, this process's environment.
  package init() {
    self.environment = ProcessInfo.processInfo.environment
  }
}
