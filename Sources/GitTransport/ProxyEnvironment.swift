/// The proxy that the environment asks for, as curl and Git read it.
struct ProxyEnvironment {
  private let environment: [String: String]

  init(_ environment: [String: String]) { self.environment = environment }

  /// The variable that applies to a remote, or `nil` for a direct connection; this machine is never
  /// behind a proxy.
  func proxy(for remote: RemoteURL) -> (name: String, value: String)? {
    guard let host = remote.host?.lowercased(), !remote.isLoopback else { return nil }
    guard !isExcepted(host, port: remote.port) else { return nil }
    let names =
      remote.scheme == .https
      ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
      : ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    for name in names {
      if let value = environment[name], !value.isEmpty { return (name, value) }
    }
    return nil
  }

  private func isExcepted(_ host: String, port: Int?) -> Bool {
    let list = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
    return list.lowercased().split { $0 == "," || $0 == " " }.contains { entry in
      if entry == "*" { return true }
      var name = entry
      if let colon = entry.lastIndex(of: ":"),
        let number = Int(entry[entry.index(after: colon)...]),
        entry[..<colon].firstIndex(of: ":") == nil
      {
        guard number == port else { return false }
        name = entry[..<colon]
      }
      if name.hasPrefix(".") { name = name.dropFirst() }
      return host == name || host.hasSuffix("." + name)
    }
  }
}

/// The address of a proxy: `http://user:password@host:port`, or `socks5://host:port`.
struct ProxyAddress {
  let host: String
  let port: Int
  let isSOCKS: Bool
  /// `user:password`, its percent signs decoded.
  let credentials: String?

  init?(_ text: String) {
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
    // The parser of addresses knows what a host and a port are; what it refuses is no proxy.
    guard let address = try? RemoteURL("http://\(rest)"), let host = address.host else {
      return nil
    }
    self.host = host
    self.port = address.port ?? 1080
    self.isSOCKS = isSOCKS
    self.credentials = credentials
  }
}
