package import Foundation
import Subprocess

/// A smart HTTP server for the repositories of a directory: `scripts/git-server`, as people run it.
package struct SmartHTTPServer: Sendable {
  /// How the server is set up.
  package struct Options: Sendable {
    /// The user and password that it asks for.
    package var user: (name: String, password: String)?

    /// The certificate and key to serve https with.
    package var certificate: TestAuthority.Certificate?

    /// The authority whose client certificates it asks for.
    package var clientAuthority: URL?

    /// The newest protocol version that it speaks.
    package var protocolVersion = 2

    /// Where it keeps a line for each request: method, path, status, bytes of both directions.
    package var accessLog: URL?

    /// No authentication, plain http, protocol version 2.
    package init() {}
  }

  /// Runs a body while the server runs, with its base URL.
  package static func with<Value: Sendable>(
    root: URL, git: GitOracle, options: Options = Options(),
    _ body: (String) async throws -> Value
  ) async throws -> Value {
    for program in ["nginx", "fcgiwrap", "git", "openssl"] { _ = try Program.path(of: program) }
    var arguments = [
      script.path, "--root", root.path, "--until-stdin-closes", "--children", "4",
      "--protocol", String(options.protocolVersion),
    ]
    if let user = options.user {
      let file = root.appendingPathComponent("password")
      try Data("\(user.password)\n".utf8).write(to: file)
      arguments += ["--user", user.name, "--password-file", file.path]
    }
    if let certificate = options.certificate {
      arguments += ["--tls-certificate", certificate.chain.path, "--tls-key", certificate.key.path]
    }
    if let authority = options.clientAuthority { arguments += ["--tls-client-ca", authority.path] }
    if let accessLog = options.accessLog { arguments += ["--access-log", accessLog.path] }
    return try await Background.run(
      "bash", arguments, environment: git.environment,
      ready: { line in line.hasPrefix("http") ? line : nil }, body)
  }

  private static var script: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("scripts/git-server")
  }
}
