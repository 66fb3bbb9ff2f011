import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Converts an HTTP status, an unexpected page or a network error to a `TransportError`.
package enum HTTPFailure {
  /// Checks that a response is one of a Git server.
  ///
  /// - Throws: `TransportError` that says what is wrong.
  static func check(
    _ response: HTTPClientResponse, call: HTTPCall, _ endpoint: Endpoint
  ) async throws {
    let type = response.headers.first(name: "Content-Type").map { mediaType($0) }
    guard response.status == .ok else {
      var error = explain(
        status: Int(response.status.code), service: call.service, endpoint)
      if response.status.code >= 500, call.service == .receivePack, call.body != nil {
        error.code = .outcomeUnknown
      }
      // Optional: without the text the status still says what is wrong.
      if type == "text/plain", let body = try? await response.body.collect(upTo: 4096) {
        error.serverMessages = SanitizedText.lines(body.readableBytesView)
      }
      // nginx answers a missing client certificate this way, and only in HTML.
      if response.status == .badRequest, type == "text/html",
        let body = try? await response.body.collect(upTo: 4096),
        String(buffer: body).contains("SSL certificate")
      {
        error.code = .authenticationFailed
        error.message = clientCertificateNeeded
      }
      if let header = response.headers.first(name: "Retry-After"),
        let pause = retryAfter(header, now: Date())
      {
        error.retryAfter = pause
        error.message += ", and to wait \(pause.components.seconds) s before the next request"
      }
      throw error
    }
    let expected =
      "application/x-git-\(call.service.rawValue)-\(call.body == nil ? "advertisement" : "result")"
    guard type == expected else {
      let shown = SanitizedText.clean(type ?? "no content type", limit: 60)
      let guess =
        type == "text/html"
        ? "a web page, perhaps for logging in"
        : type == "text/plain" ? "Git's dumb protocol, or no Git at all" : "no Git"
      throw endpoint.error(
        .protocolViolation,
        "the server answers with \(shown): \(guess). Check the address; it should be the one"
          + " that git clone takes")
    }
  }

  /// How long a `Retry-After` header asks to wait, at most a day: seconds or a date (RFC 9110,
  /// 10.2.3); `nil` if it is neither.
  package static func retryAfter(_ header: String, now: Date) -> Duration? {
    let text = header.trimmingSpaces()
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      // A number that overflows is more than a day.
      return .seconds(min(Int(text) ?? .max, 86_400))
    }
    guard let date = date(text) else { return nil }
    return .seconds(max(0, min(date.timeIntervalSince(now).rounded(.up), 86_400)))
  }

  /// The moment that an IMF-fixdate names (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func date(_ text: String) -> Date? {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT",
      let month = months.firstIndex(where: { $0 == parts[2] })
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    // A date such as 31 February is ignored.
    return try? Date("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z", strategy: .iso8601)
  }

  static func explain(
    status: Int, service: Service, _ endpoint: Endpoint
  ) -> TransportError {
    let hasCredentials = endpoint.credentials != .none
    let (code, message): (TransportError.Code, String) =
      switch status {
      // Azure DevOps answers with its sign-in page, and not with 401.
      case 203 where hasCredentials:
        (
          .authenticationFailed,
          "the server answers with a sign-in page (203): it does not accept the token or password"
        )
      case 203:
        (
          .authenticationFailed,
          "the server answers with a sign-in page (203): it asks for credentials and none are set"
        )
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
      case 429: (.unavailable, "the server asks for fewer requests (429)")
      case 408, 421, 425:
        (.unavailable, "the server asks for the request to be made again (\(status))")
      case 300..<400:
        (.insecure, "the server redirects a request that must not be redirected (\(status))")
      case 502, 503, 504:
        (.unavailable, "the server, or a proxy before it, is not available now (\(status))")
      case 500...: (.serverFailed, "the server failed (\(status))")
      default: (.refused, "the server refuses the request (\(status))")
      }
    return endpoint.error(code, message)
  }

  /// Converts a network error, without quoting anything that may contain a secret.
  static func explain(_ error: any Error, _ endpoint: Endpoint) -> TransportError {
    func result(_ code: TransportError.Code, _ message: String) -> TransportError {
      endpoint.error(code, message)
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
    case let error as IOError
    where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
      return result(
        .unreachable, "cannot connect to \(place(of: endpoint.url)): \(reason(error))")
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
    // The longer descriptions contain values of the request.
    case let error as HTTPClientError:
      return result(.connectionClosed, "the exchange failed: \(error.shortDescription)")
    case is CancellationError: return result(.cancelled, "cancelled")
    default: return result(.connectionClosed, "the exchange failed: \(type(of: error))")
    }
  }

  private static func place(of url: RemoteURL) -> String {
    "\(url.host ?? ""):\(url.port ?? (url.scheme == .https ? 443 : 80))"
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
      return result(.insecure, "the server supports no TLS newer than 1.1")
    }
    if text.contains("WRONG_VERSION_NUMBER") {
      return result(.unreachable, "the server does not speak TLS at this port; is it http://?")
    }
    return result(.connectionClosed, "the TLS connection broke")
  }

  package static func reason(_ error: any Error) -> String {
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
