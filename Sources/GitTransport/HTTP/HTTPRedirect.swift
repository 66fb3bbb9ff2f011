import AsyncHTTPClient
import NIOHTTP1

/// The rules for following redirects.
///
/// gitprotocol-http(5) has clients follow redirects of the first request. With credentials they are
/// followed only to the same host, because the credentials are sent there too.
struct HTTPRedirect {
  private let from: RemoteURL
  private let hasCredentials: Bool
  private let options: TransportOptions

  init(from: RemoteURL, hasCredentials: Bool, options: TransportOptions) {
    self.from = from
    self.hasCredentials = hasCredentials
    self.options = options
  }

  func target(
    _ response: HTTPClientResponse, service: Service, count: Int
  ) throws(TransportError) -> RemoteURL {
    try target(location: response.headers.first(name: "Location"), service: service, count: count)
  }

  func target(
    location: String?, service: Service, count: Int
  ) throws(TransportError) -> RemoteURL {
    guard count <= 5 else { throw error(.protocolViolation, "the server redirects without end") }
    let suffix = "/info/refs?service=git-\(service.rawValue)"
    guard var location, !location.isEmpty else {
      throw error(.protocolViolation, "the server redirects without saying where")
    }
    if location.hasPrefix("/"), !location.hasPrefix("//") {
      let host = from.host ?? ""
      let port = from.port.map { ":\($0)" } ?? ""
      location =
        "\(from.scheme.rawValue)://\(host.contains(":") ? "[\(host)]" : host)\(port)\(location)"
    }
    let shown = RemoteURL.scrubbed(location)
    guard location.hasSuffix(suffix) else {
      throw error(
        .protocolViolation,
        "the server redirects to \(shown), which is no repository; is a log-in page in the way?")
    }
    let target: RemoteURL
    do { target = try RemoteURL(String(location.dropLast(suffix.count))) } catch {
      throw self.error(.protocolViolation, "the server redirects to \(shown): \(error.message)")
    }
    guard target.scheme == .https || (target.scheme == .http && from.scheme == .http) else {
      throw error(.insecure, "the server redirects to \(shown), which is not protected by TLS")
    }
    guard target.scheme == .https || target.isLoopback || options.allowInsecureHTTP else {
      throw error(.insecure, "the server redirects to \(shown), which is not protected by TLS")
    }
    let isUpgrade = from.scheme == .http && target.scheme == .https
    let isSameHost =
      target.host?.lowercased() == from.host?.lowercased()
      && (target.port == from.port || isUpgrade)
    guard isSameHost || !hasCredentials else {
      throw error(
        .insecure,
        "the server redirects to \(shown); credentials are not sent to another host."
          + " If it is the right one, use that address")
    }
    return target
  }

  private func error(_ code: TransportError.Code, _ message: String) -> TransportError {
    TransportError(code: code, message: message, remote: from.description)
  }
}
