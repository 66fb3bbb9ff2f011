import Glibc

/// The proxy that the environment asks for, as curl and Git read it.
struct ProxyEnvironment {
  private let environment: [String: String]

  init(_ environment: [String: String]) { self.environment = environment }

  /// The variable that applies to a remote, or `nil` for a direct connection.
  ///
  /// The loopback interface is never reached through a proxy.
  func proxy(for remote: RemoteURL) -> (name: String, value: String)? {
    guard let host = remote.host, !remote.isLoopback else { return nil }
    let list = value("no_proxy") ?? value("NO_PROXY") ?? ""
    guard !ProxyExceptions(list).contains(host) else { return nil }
    let names =
      remote.scheme == .https
      ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
      : ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    for name in names {
      if let value = value(name) { return (name, value) }
    }
    return nil
  }

  /// The value of a variable, unless it is empty.
  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// The hosts that `NO_PROXY` names: names with all below them, addresses, ranges of IPv4 addresses
/// (curl(1), `--noproxy`).
///
/// As in Git, entries are those of curl: ports, patterns and ranges of IPv6 addresses match nothing.
struct ProxyExceptions {
  private let isEverything: Bool
  private let entries: [Substring]

  /// Reads the value of the variable.
  init(_ list: String) {
    isEverything = list == "*"
    entries = list.lowercased().unicodeScalars.split { [",", " ", "\t"].contains($0) }
      .map { Substring($0) }
  }

  /// Whether a host is reached without the proxy.
  ///
  /// - Parameter host: A name or an address, IPv6 without brackets.
  func contains(_ host: String) -> Bool {
    if isEverything { return true }
    if let address = IPv4Address(host) {
      return entries.contains { IPv4Range($0)?.contains(address) ?? false }
    }
    let name = withoutFinalDot(host.lowercased()[...])
    return entries.contains { entry in
      var parent = withoutFinalDot(entry)
      if parent.hasPrefix(".") { parent = parent.dropFirst() }
      return !parent.isEmpty && (name == parent || name.hasSuffix("." + parent))
    }
  }

  private func withoutFinalDot(_ name: Substring) -> Substring {
    name.hasSuffix(".") ? name.dropLast() : name
  }
}

/// An IPv4 address in its usual form.
private struct IPv4Address {
  let value: UInt32

  init?(_ text: some StringProtocol) {
    var address = in_addr()
    guard inet_pton(AF_INET, String(text), &address) == 1 else { return nil }
    value = UInt32(bigEndian: address.s_addr)
  }
}

/// Addresses that begin with the same bits: `10.0.0.0/8`, or one address.
private struct IPv4Range {
  private let address: UInt32
  private let mask: UInt32

  init?(_ text: Substring) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ IPv4Address($0) }) else { return nil }
    var bits = 32
    if parts.count == 2 {
      // As in curl, no number and 0 mean all bits.
      let number = Int(parts[1].prefix { $0.isASCII && $0.isNumber }) ?? 0
      guard number <= 32 else { return nil }
      bits = number == 0 ? 32 : number
    }
    self.address = address.value
    self.mask = UInt32.max << UInt32(32 - bits)
  }

  func contains(_ other: IPv4Address) -> Bool { (other.value ^ address) & mask == 0 }
}
