import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What a status, a page or an error of the network means for somebody who pushes or fetches.
enum HTTPFailure {
  /// Accepts an answer of Git's, and says what any other answer means.
  static func check(
    _ response: HTTPClientResponse, call: HTTPTransport.Call, remote: RemoteURL,
    hasCredentials: Bool
  ) async throws {
    let type = response.headers.first(name: "Content-Type").map { mediaType($0) }
    guard response.status == .ok else {
      var error = explain(
        status: Int(response.status.code), service: call.service, hasCredentials: hasCredentials,
        remote: remote)
      if response.status.code >= 500, call.service == .receivePack, call.body != nil {
        error.code = .outcomeUnknown
      }
      // The words are a courtesy; without them the status still says what is wrong.
      if type == "text/plain", let body = try? await response.body.collect(upTo: 4096) {
        error.serverMessages = ServerText.lines(body.readableBytesView)
      }
      // So nginx says it, and in HTML alone.
      if response.status == .badRequest, type == "text/html",
        let body = try? await response.body.collect(upTo: 4096),
        String(buffer: body).contains("SSL certificate")
      {
        error.code = .authenticationFailed
        error.message = clientCertificateNeeded
      }
      if let seconds = response.headers.first(name: "Retry-After").flatMap({ Int($0) }) {
        error.retryAfter = .seconds(max(0, min(seconds, 86_400)))
      }
      throw error
    }
    let expected =
      "application/x-git-\(call.service.rawValue)-\(call.body == nil ? "advertisement" : "result")"
    guard type == expected else {
      let shown = ServerText.clean(type ?? "no content type", limit: 60)
      let guess =
        type == "text/html"
        ? "a web page, perhaps for logging in"
        : type == "text/plain" ? "Git's dumb protocol, or no Git at all" : "no Git"
      throw TransportError(
        code: .protocolViolation,
        message:
          "the server answers with \(shown): \(guess). Check the address; it should be the one"
          + " that git clone takes", remote: remote.description)
    }
  }

  static func explain(
    status: Int, service: Service, hasCredentials: Bool, remote: RemoteURL
  ) -> TransportError {
    let (code, message): (TransportError.Code, String) =
      switch status {
      case 401 where hasCredentials:
        (
          .authenticationFailed,
          "the server does not accept the user name and password or token (401)"
        )
      case 401: (.authenticationFailed, "the server asks for credentials and none are set (401)")
      case 403 where service == .receivePack:
        (.authenticationFailed, "these credentials may not push to this repository (403)")
      case 403: (.authenticationFailed, "these credentials may not read this repository (403)")
      case 407: (.authenticationFailed, "the proxy asks for credentials (407)")
      case 404, 410:
        (
          .repositoryNotFound,
          "there is no repository at this address, or these credentials may not see it (\(status))"
        )
      case 413: (.refused, "the server does not take uploads of this size (413)")
      case 429: (.unreachable, "the server asks to be left alone for a while (429)")
      case 408, 421, 425:
        (.unreachable, "the server wants the request to be made again (\(status))")
      case 300..<400:
        (.insecure, "the server redirects a request that must not be redirected (\(status))")
      case 500...: (.unreachable, "the server has a problem of its own (\(status))")
      default: (.refused, "the server refuses the request (\(status))")
      }
    return TransportError(code: code, message: message, remote: remote.description)
  }

  /// Turns an error of the network into one that says what to do; never quotes what may hold a
  /// secret.
  static func explain(_ error: any Error, remote: RemoteURL) -> TransportError {
    func result(_ code: TransportError.Code, _ message: String) -> TransportError {
      TransportError(code: code, message: message, remote: remote.description)
    }
    switch error {
    case let error as TransportError: return error
    case let error as NIOConnectionError:
      let isUnknown = error.connectionErrors.isEmpty && error.dnsAError != nil
      return isUnknown
        ? result(.unreachable, "the name \(error.host) cannot be resolved")
        : result(
          .unreachable,
          "cannot connect to \(error.host):\(error.port): \(error.connectionErrors.first.map { reason($0.error) } ?? "no address")"
        )
    case let error as IOError:
      return result(.connectionClosed, "the connection broke: \(reason(error))")
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return tls(error, result)
    case let error as HTTPClientError where error == .remoteConnectionClosed:
      return result(
        .connectionClosed, "the server closed the connection before it answered in full")
    case let error as HTTPClientError where error == .proxyAuthenticationRequired:
      return result(.authenticationFailed, "the proxy asks for credentials")
    case let error as HTTPClientError where error == .connectTimeout:
      return result(.unreachable, "the server does not take the connection")
    // Only the short description has no values of the request in it.
    case let error as HTTPClientError:
      return result(.connectionClosed, "the exchange failed: \(error.shortDescription)")
    case is CancellationError: return result(.cancelled, "cancelled")
    default: return result(.connectionClosed, "the exchange failed: \(type(of: error))")
    }
  }

  private static let clientCertificateNeeded =
    "the server asks for a client certificate (tls.crt and tls.key in the credentials), and has been"
    + " shown none that it accepts"

  private static func tls(
    _ error: any Error, _ result: (TransportError.Code, String) -> TransportError
  ) -> TransportError {
    let text = String(describing: error)
    if let extra = error as? NIOSSLExtraError, extra == .failedToValidateHostname {
      return result(.untrustedCertificate, "the server's certificate is for another host name")
    }
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return result(
        .untrustedCertificate,
        "the server's certificate is signed by no authority that is trusted here, or has expired;"
          + " give your own authority's certificate with --ca-file, or as ca.crt")
    }
    let refusals = [
      "CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE", "ALERT_UNKNOWN_CA",
    ]
    if refusals.contains(where: text.contains) {
      return result(.authenticationFailed, clientCertificateNeeded)
    }
    if text.contains("PROTOCOL_VERSION") || text.contains("UNSUPPORTED_PROTOCOL") {
      return result(.insecure, "the server speaks no TLS newer than 1.1")
    }
    if text.contains("WRONG_VERSION_NUMBER") {
      return result(.unreachable, "the server does not speak TLS at this port; is it http://?")
    }
    return result(.connectionClosed, "the TLS connection broke")
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return "\(type(of: error))" }
    return switch error.errnoCode {
    case 111: "connection refused"
    case 104: "connection reset"
    case 32: "connection closed"
    case 110: "timed out"
    case 113, 101: "no route to the host"
    default: "error \(error.errnoCode)"
    }
  }

  private static func mediaType(_ header: String) -> String {
    header.prefix { $0 != ";" }.lowercased().trimmingSpaces()
  }
}
