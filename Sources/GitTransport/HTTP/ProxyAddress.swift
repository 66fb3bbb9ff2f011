/// The address of a proxy: `http://user:password@host:port`, or `socks5://host:port`.
package struct ProxyAddress: Sendable {
  package let host: String
  package let port: Int
  package let isSOCKS: Bool
  /// `user:password`, percent-decoded.
  package let credentials: String?

  package init?(_ text: String) {
    var rest = text[...]
    var isSOCKS = false
    if let end = rest.firstRange(of: "://") {
      switch rest[..<end.lowerBound].lowercased() {
      case "http": break
      case "socks", "socks5", "socks5h": isSOCKS = true
      default: return nil
      }
      rest = rest[end.upperBound...]
    }
    rest = rest.prefix { $0 != "/" }
    var credentials: String?
    if let at = rest.lastIndex(of: "@") {
      guard let decoded = RemoteURL.percentDecoded(rest[..<at]) else { return nil }
      credentials = decoded
      rest = rest[rest.index(after: at)...]
    }
    // The parser of remote addresses also checks host and port.
    guard let address = try? RemoteURL("http://\(rest)"), let host = address.host else {
      return nil
    }
    self.host = host
    self.port = address.port ?? 1080
    self.isSOCKS = isSOCKS
    self.credentials = credentials
  }
}

extension ProxyAddress: CustomStringConvertible {
  /// Host and port alone.
  package var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}
