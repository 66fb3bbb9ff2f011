import Foundation
import Git
import TestSupport
import Testing

@testable import GitTransport

@Suite("Who may, over ssh")
struct SecureShellTests {
  @Test(
    "Ed25519 and RSA keys are taken; a stranger's key and an unknown host are not",
    .timeLimit(.minutes(1)))
  func keys() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(named: "it's here!.git", in: directory, git: git)
      try await SSHServer.with(in: directory, git: git) { server in
        let place = "ssh://\(server.user)@127.0.0.1:\(server.port)"
        func attempt(_ key: String, _ knownHosts: String) async throws -> TransportError? {
          let remote = try makeRemote(
            place + repository.directory.path,
            .ssh(privateKey: Secret(key), knownHosts: knownHosts))
          return await failure {
            try await remote.references(withPrefix: [], deadline: soon)
          }
        }
        let known = server.knownHosts
        let otherKey = try String(
          contentsOf: directory.appendingPathComponent("stranger.pub"), encoding: .utf8)
        let other = "[127.0.0.1]:\(server.port) \(otherKey)"
        #expect(try await attempt(server.keys.ed25519, known) == nil)
        #expect(try await attempt(server.keys.rsa, known) == nil)
        #expect(try await attempt(server.strangerKey, known)?.code == .authenticationFailed)
        #expect(try await attempt("no key", known)?.code == .invalidConfiguration)
        #expect(try await attempt(server.keys.ed25519, "")?.code == .unknownHostKey)
        #expect(try await attempt(server.keys.ed25519, other)?.code == .unknownHostKey)
      }
    }
  }

  @Test(
    "A write and all its reading is one connection, where the server lets it be",
    .timeLimit(.minutes(1)), arguments: [(true, 10), (false, 10), (true, 1)])
  func oneConnection(acceptsProtocolVersion: Bool, sessionsPerConnection: Int) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      try await repository.setBranch("main", to: try await repository.commit(["a": "1"]))
      try await SSHServer.with(
        in: directory, git: git, acceptsProtocolVersion: acceptsProtocolVersion,
        sessionsPerConnection: sessionsPerConnection
      ) { server in
        let remote = try makeRemote(
          "ssh://\(server.user)@127.0.0.1:\(server.port)\(repository.directory.path)",
          .ssh(privateKey: Secret(server.keys.ed25519), knownHosts: server.knownHosts))
        for text in ["2", "3"] {
          let push = try await remote.openPush(deadline: soon)
          let old = try #require(push.advertisement["refs/heads/main"])
          let new = try await repository.commit(["a": text], parent: old)
          let report = try await push.push(
            ReferenceUpdate(name: "refs/heads/main", old: old, new: new),
            pack: try await repository.pack(new, without: old), deadline: soon)
          #expect(report.outcome == .accepted)
          let read = try await remote.references(withPrefix: ["refs/heads/"], deadline: soon)
          #expect(read["refs/heads/main"] == new)
        }
        let sessions = try server.sessions()
        #expect(sessions.count == 5, "one that holds, and two for each write")
        let connections = Set(sessions.map(\.connection)).count
        #expect(connections == (sessionsPerConnection == 1 ? 5 : 1))

        // What the server has ended is begun anew.
        kill(try #require(sessions.first).process, SIGTERM)
        let connection = try #require(remote.connection as? ProcessConnection)
        let master = try #require(connection.programs as? SSHPrograms).master
        while !master.hasEnded { await Task.yield() }
        _ = try await remote.references(withPrefix: [], deadline: soon)
        #expect(Set(try server.sessions().map(\.connection)).count > connections)
        await remote.close()
      }
    }
  }

  @Test("Keys are in files without a name that only this user can read, and go away")
  func privateFiles() throws {
    let files = PrivateFiles()
    let path = try files.write("secret".utf8)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "secret")
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o600)
    #expect(status.st_nlink == 0, "no directory names it")
    files.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("Nobody listening is unreachable", .timeLimit(.minutes(1)))
  func unreachable() async throws {
    let key = Secret("-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----")
    let remote = try makeRemote(
      "git@127.0.0.1.invalid:x.git", .ssh(privateKey: key, knownHosts: ""))
    let error = await failure { try await remote.openPush(deadline: soon) }
    #expect(error?.code == .unreachable, "\(error as Any)")
    let refused = try makeRemote(
      "ssh://git@127.0.0.1:1/x.git", .ssh(privateKey: key, knownHosts: ""))
    let second = await failure { try await refused.openPush(deadline: soon) }
    #expect(second?.code == .unreachable, "\(second as Any)")
    #expect(second?.serverMessages == [], "what ssh says here, no server said")
    #expect(second?.message.contains("(ssh: ssh: connect to host 127.0.0.1 port 1:") == true)
  }

  @Test(
    "What ssh says here and what the server says are kept apart",
    arguments: [
      (255, [], ["h: Permission denied (publickey)."], .authenticationFailed, []),
      (255, ["No user exists for uid 7"], [], .invalidConfiguration, []),
      (
        255, ["ERROR: ld.so: object cannot be preloaded", "No user exists for uid 7"], [],
        .invalidConfiguration, []
      ),
      (128, ["fatal: '/x' does not appear to be a git repository"], [], .repositoryNotFound, nil),
      (1, ["ERROR: Repository not found."], [], .repositoryNotFound, nil),
      (1, ["host key is known to be late"], [], .connectionClosed, nil),
      (127, ["sh: git-upload-pack: not found"], [], .unsupported, nil),
      (1, ["ERROR: access denied"], ["a warning: connection refused"], .authenticationFailed, nil),
    ] as [(Int32, [String], [String], TransportError.Code, [String]?)])
  func speakers(
    _ status: Int32, _ output: [String], _ log: [String], _ code: TransportError.Code,
    _ serverMessages: [String]?
  ) throws {
    let endpoint = Endpoint(
      url: try RemoteURL("ssh://git@h/x.git"), credentials: .none, options: TransportOptions())
    let error = SSHFailure.explain(status, output: output, log: log, endpoint)
    #expect(error.code == code)
    #expect(error.serverMessages == serverMessages ?? output)
    for line in log { #expect(error.message.contains(line)) }
  }

  /// What happens to a key on its way through a Secret, and the words by which it is refused; none
  /// where it is good all the same.
  static let damages: [(name: String, damage: @Sendable (String) -> String, refusal: String?)] = [
    ("nothing", { $0 }, nil),
    ("no line end", { String($0.dropLast()) }, nil),
    ("line ends of Windows", { $0.replacingOccurrences(of: "\n", with: "\r\n") }, nil),
    ("blank lines first", { "\n \n" + $0 }, nil),
    ("indented", { "  " + $0.replacingOccurrences(of: "\n", with: "\n  ") }, nil),
    ("a byte order mark", { "\u{feff}" + $0 }, nil),
    ("words before it", { "Bag Attributes\n" + $0 }, nil),
    ("empty", { _ in " \n" }, "is empty"),
    ("one line", { $0.replacingOccurrences(of: "\n", with: " ") }, "is one line"),
    ("line ends spelled out", { $0.replacingOccurrences(of: "\n", with: "\\n") }, "is one line"),
    ("base64", { Data($0.utf8).base64EncodedString() }, "encoded twice"),
    ("cut off", { String($0.prefix(200)) }, "cut off"),
    ("a public key", { _ in "ssh-ed25519 AAAA me" }, "public key"),
    ("PuTTY", { _ in "PuTTY-User-Key-File-3: ssh-ed25519\n" }, "PuTTY"),
    ("a certificate", { _ in "-----BEGIN CERTIFICATE-----\nAA==\n" }, "no private key"),
  ]

  @Test(
    "A key's harmless damage is repaired, other damage is named",
    .timeLimit(.minutes(1)))
  func damagedKeys() async throws {
    try await withTemporaryDirectory { directory in
      for (type, options) in [
        ("ed25519", []), ("rsa", ["-m", "PEM"]), ("ecdsa", ["-m", "PKCS8"]),
      ] {
        let key = try await keyPair(type, options + ["-N", ""], in: directory)
        for (name, damage, refusal) in Self.damages {
          do throws(SSHPrivateKey.Fault) {
            let text = try SSHPrivateKey(Secret(damage(key))).text
            #expect(text == key && refusal == nil, "\(type), \(name)")
          } catch {
            #expect(error.message.contains(refusal ?? "no refusal"), "\(type), \(name): \(error)")
          }
        }
        let locked = try await keyPair(type, options + ["-N", "hunter2"], in: directory)
        let error = #expect(throws: SSHPrivateKey.Fault.self) { try SSHPrivateKey(Secret(locked)) }
        #expect(error?.message.contains("has a passphrase") == true, "\(type)")
      }
    }
  }

  private func keyPair(
    _ type: String, _ options: [String], in directory: URL
  ) async throws -> String {
    let file = directory.appendingPathComponent(UUID().uuidString)
    let output = try await Program.run(
      "ssh-keygen", ["-q", "-t", type, "-f", file.path] + options)
    #expect(output.isSuccess, "\(output.errors)")
    return try String(contentsOf: file, encoding: .utf8)
  }

  @Test("Without the ssh program the error says what to install", .timeLimit(.minutes(1)))
  func missingProgram() async throws {
    var options = TransportOptions()
    options.environment["PATH"] = "/nowhere"
    for address in ["git@127.0.0.1:x.git", "/srv/x.git"] {
      let remote = try makeRemote(address, options: options)
      let error = await failure { try await remote.openPush(deadline: soon) }
      #expect(error?.code == .missingProgram)
    }
  }
}
