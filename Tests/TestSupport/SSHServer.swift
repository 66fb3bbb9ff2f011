package import Foundation
import Subprocess

/// An sshd on loopback for the user who runs the tests, with keys of its own.
package struct SSHServer: Sendable {
  /// The user to log in as.
  package let user: String

  /// The port on 127.0.0.1.
  package let port: Int

  /// What a client's known_hosts must hold.
  package let knownHosts: String

  /// Private keys that the server accepts: Ed25519 and RSA.
  package let keys: (ed25519: String, rsa: String)

  /// A private key that the server does not accept.
  package let strangerKey: String

  private let log: URL

  /// A program that the server has run.
  package struct Session: Sendable {
    /// Its process.
    package let process: Int32
    /// The connection that it was asked for over.
    package let connection: String
  }

  /// What the server has run so far.
  package func sessions() throws -> [Session] {
    try String(contentsOf: log, encoding: .utf8).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      return Int32(words[0]).map { Session(process: $0, connection: words[1]) }
    }
  }

  /// A key pair for all servers of a test run, by the suffixes of its files: an RSA key takes long to make.
  private static let rsaKey = Task {
    try await withTemporaryDirectory { directory in
      try await makeKey("rsa", ["rsa", "-b", "2048"], in: directory)
      return try ["", ".pub"].map { suffix in
        (suffix, try Data(contentsOf: directory.appendingPathComponent("rsa" + suffix)))
      }
    }
  }

  private static func makeKey(_ name: String, _ type: [String], in directory: URL) async throws {
    let file = directory.appendingPathComponent(name).path
    let output = try await Program.run(
      "ssh-keygen", ["-q", "-N", "", "-C", name, "-f", file, "-t"] + type)
    guard output.isSuccess else { throw TestFailure("ssh-keygen: \(output.errors)") }
  }

  /// Runs a body while an sshd runs.
  package static func with<Value: Sendable>(
    in directory: URL, git: GitOracle, acceptsProtocolVersion: Bool = true,
    sessionsPerConnection: Int = 10, _ body: (SSHServer) async throws -> Value
  ) async throws -> Value {
    let daemon = try Program.path(of: "sshd")
    for key in ["host", "ed25519", "stranger"] {
      try await makeKey(key, ["ed25519"], in: directory)
    }
    for (suffix, content) in try await rsaKey.value {
      let file = directory.appendingPathComponent("rsa" + suffix)
      try content.write(to: file)
      // ssh takes no key that others may read.
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }
    func text(_ name: String) throws -> String {
      try String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
    }
    try Data((try text("ed25519.pub") + text("rsa.pub")).utf8)
      .write(to: directory.appendingPathComponent("authorized_keys"))
    if NSUserName() == "root" {
      // sshd as root insists on this directory; Debian makes it when the service starts.
      try FileManager.default.createDirectory(
        atPath: "/run/sshd", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
    }
    let port = try LoopbackPort.free()
    let log = directory.appendingPathComponent("sessions")
    let configuration = directory.appendingPathComponent("sshd_config")
    // Without a home of its own a login shell runs the user's start-up files, which may do anything.
    let environment = """
      GIT_CONFIG_GLOBAL=\(git.environment["GIT_CONFIG_GLOBAL"] ?? "") GIT_CONFIG_NOSYSTEM=1 \
      HOME=\(directory.path)
      """
    try Data(
      """
      ListenAddress 127.0.0.1
      Port \(port)
      HostKey \(directory.path)/host
      AuthorizedKeysFile \(directory.path)/authorized_keys
      PidFile none
      StrictModes no
      UsePAM no
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PermitRootLogin prohibit-password
      MaxStartups 100
      MaxSessions \(sessionsPerConnection)
      LogLevel INFO
      ForceCommand echo $$ $SSH_CONNECTION >>\(log.path); eval "exec $SSH_ORIGINAL_COMMAND"
      SetEnv \(environment)
      \(acceptsProtocolVersion ? "AcceptEnv GIT_PROTOCOL" : "")

      """.utf8
    ).write(to: configuration)
    let server = SSHServer(
      user: NSUserName(), port: port,
      knownHosts: "[127.0.0.1]:\(port) \(try text("host.pub"))",
      keys: (try text("ed25519"), try text("rsa")), strangerKey: try text("stranger"),
      log: log)
    return try await Background.run(
      daemon.split(separator: "/").last.map(String.init) ?? "sshd",
      ["-D", "-e", "-f", configuration.path], environment: git.environment,
      ready: { $0.contains("Server listening on") ? server : nil }, body)
  }
}
