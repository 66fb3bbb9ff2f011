import AsyncHTTPClient
import GitTransport
import NIOCore
import NIOPosix
import NIOSSL

/// The meaning of an exchange that ended without an answer; nothing of the request is quoted.
enum ConnectionFailure {
  /// - Parameters:
  ///   - server: The server, for messages.
  ///   - proxy: The proxy on the way, for messages.
  static func error(_ error: any Error, server: String, proxy: String?) -> KubernetesError {
    let way = proxy.map { " (by way of \($0))" } ?? ""
    switch error {
    case let error as KubernetesError: return error
    case is CancellationError: return KubernetesError(.timedOut, "\(server): cancelled")
    case let error as HTTPClientError where timeouts.contains(error):
      return KubernetesError(.timedOut, "\(server): no answer before the time was up\(way)")
    case is NIOTooManyBytesError:
      return KubernetesError(.tooLarge, "\(server): the answer is larger than this program accepts")
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return tls(error, server)
    default:
      return KubernetesError(.unreachable, "\(server): \(reason(error))\(way)")
    }
  }

  private static let timeouts: [HTTPClientError] = [
    .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
    .httpProxyHandshakeTimeout, .tlsHandshakeTimeout,
  ]

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if error.connectionErrors.isEmpty, error.dnsAError != nil {
        return "the name \(error.host) cannot be resolved"
      }
      let cause = error.connectionErrors.first.map { HTTPFailure.reason($0.error) } ?? "no address"
      return "cannot connect to \(error.host):\(error.port): \(cause)"
    case let error as IOError: return "the connection broke: \(HTTPFailure.reason(error))"
    case let error as HTTPClientError where error == .remoteConnectionClosed:
      return "the server closed the connection before it answered in full"
    case let error as HTTPClientError where error == .proxyAuthenticationRequired:
      return
        "the proxy asks for credentials; write them into its address: http://USER:PASSWORD@HOST:PORT"
    // The longer descriptions contain values of the request.
    case let error as HTTPClientError: return "the exchange failed: \(error.shortDescription)"
    default: return "the exchange failed: \(type(of: error))"
    }
  }

  private static func tls(_ error: any Error, _ server: String) -> KubernetesError {
    let text = String(describing: error)
    if let extra = error as? NIOSSLExtraError, extra == .failedToValidateHostname {
      return KubernetesError(
        .untrusted,
        "\(server): the server's certificate is for another name; see tls-server-name of the kubeconfig"
      )
    }
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return KubernetesError(
        .untrusted,
        "\(server): the server's certificate is not signed by the cluster's certificate-authority, or"
          + " has expired; check certificate-authority-data of the kubeconfig")
    }
    let refusals = [
      "CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE", "ALERT_UNKNOWN_CA",
    ]
    if refusals.contains(where: text.contains) {
      return KubernetesError(
        .unauthorized, "\(server): the server does not accept the client certificate; renew it")
    }
    if text.contains("WRONG_VERSION_NUMBER") {
      return KubernetesError(
        .unreachable, "\(server): no TLS is spoken at this port; is it http:// or another service?")
    }
    return KubernetesError(.unreachable, "\(server): the TLS connection broke")
  }
}
