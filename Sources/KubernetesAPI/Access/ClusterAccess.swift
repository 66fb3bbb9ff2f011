package import GitTransport

/// How an API server is reached, and as whom: a context of a kubeconfig, or the ServiceAccount of a Pod.
package struct ClusterAccess: Sendable {
  /// Where this was read, for messages: `context dev of /home/me/.kube/config`.
  package var origin: String
  package var server: RemoteURL
  /// The only authorities that are trusted, in PEM; `nil` for those of the system.
  package var authorities: [UInt8]?
  /// The name that the certificate must have, instead of the host of the address.
  package var serverName: String?
  package var verifiesCertificate = true
  /// The proxy that the kubeconfig names; `nil` for that of the environment.
  package var proxy: ProxyAddress?
  package var certificate: ClientCertificate?
  package var credential = Credential.none
  /// The namespace of the context or of the Pod.
  package var namespace: String?
  /// What a person should know about this access, as sentences.
  package var remarks: [String] = []

  /// A certificate chain and its key, in PEM.
  package struct ClientCertificate: Sendable, Hashable {
    package var chain: [UInt8]
    package var key: Secret
  }

  /// What proves who we are, besides a client certificate.
  package enum Credential: Sendable {
    case none
    case token(Secret)
    /// A file that is read again as the token in it is renewed.
    case tokenFile(String)
    case basic(user: String, password: Secret)
    case plugin(ExecPlugin)
  }
}

/// A program that prints credentials (`client.authentication.k8s.io`).
package struct ExecPlugin: Sendable, Hashable {
  /// The name of a program on the `PATH`, or a path.
  var command: String
  var arguments: [String]
  /// Variables besides those of this process.
  var environment: [String: String]
  var apiVersion: String
  /// What to do where the program is not installed.
  var installHint: String?
  /// What the plugin gets about the cluster (`provideClusterInfo`); `nil` for nothing.
  var cluster: Cluster?

  /// `spec.cluster` of an `ExecCredential`.
  struct Cluster: Sendable, Hashable {
    var server: String
    var authorities: [UInt8]?
    var serverName: String?
    var verifiesCertificate: Bool
  }

  static let apiVersions = [
    "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1",
  ]
}
