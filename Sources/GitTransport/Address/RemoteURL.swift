/// The checked address of a Git repository: http(s), ssh, `user@host:path`, `file://` or a plain
/// path.
///
/// git-fetch(1) "GIT URLS". Two things that Git accepts are refused: a password in the address,
/// which would get into logs and process lists, and addresses that make Git or ssh run another
/// program (`ext::`, a leading `-`).
package struct RemoteURL: Sendable, Hashable {
  /// How the repository is reached.
  package enum Scheme: String, Sendable, Hashable {
    /// HTTP without TLS.
    case http
    /// HTTP over TLS.
    case https
    /// The `ssh` program.
    case ssh
    /// A directory of this machine.
    case file
  }

  /// How the repository is reached.
  package let scheme: Scheme

  /// The name or address of the machine, IPv6 without brackets; `nil` for a path.
  package let host: String?

  /// The port, if the address names one.
  package let port: Int?

  /// The name to log in with, if the address has one.
  package let user: String?

  /// The path on the machine; for http(s) percent-encoded and with its leading `/`.
  package let path: String

  /// The address for messages and logs; for http(s) without the user name, where some people put a
  /// token.
  package let description: String

  init(
    scheme: Scheme, host: String?, port: Int?, user: String?, path: String, description: String
  ) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.user = user
    self.path = path
    self.description = description
  }

  /// Whether the host is the loopback interface or a path, where no one can listen in.
  package var isLoopback: Bool {
    guard let host = host?.lowercased() else { return scheme == .file }
    if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

extension RemoteURL: CustomStringConvertible {}
