import Foundation
import TestSupport
import Testing

@Suite("The way to the Git server", .timeLimit(.minutes(5)))
struct GitAccessTests {
  /// The beginning of a command that runs as OpenShift starts containers: under a user id that
  /// `/etc/passwd` does not know.
  static let asUnknownUser = [
    "--reuid", "1000710000", "--regid", "0", "--clear-groups", "env", "-i",
  ]

  /// Whether this process may become another user, who may run the program.
  static func canBeUnknownUser() async -> Bool {
    guard geteuid() == 0, let program = try? Statestore.path() else { return false }
    let output = try? await Program.run("setpriv", asUnknownUser + [program, "--version"])
    return output?.isSuccess == true
  }

  @Test(
    "leads over ssh under a uid without a passwd entry",
    .enabled("only root can be another user") { await canBeUnknownUser() },
    arguments: [["HOME=/"], []])
  func unknownUser(environment: [String]) async throws {
    try await withSite(on: .sshEd25519) { site in
      let cache = try site.directory.makeDirectory("unknown")
      func open(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      }
      try open(0o777, cache.path)
      try open(0o755, site.directory.path)
      try open(0o755, site.directory.appending(path: "secret").path)
      for key in ["sshPrivateKey", "knownHosts"] {
        try open(0o444, site.directory.appending(path: "secret/\(key)").path)
      }
      func run(_ arguments: [String]) async throws -> Program.Output {
        let settings = environment + ["PATH=/usr/bin:/bin", "STATESTORE_CACHE=\(cache.path)"]
        return try await Program.run(
          "setpriv", Self.asUnknownUser + settings + [site.statestore.executable] + arguments)
      }
      let access = ["--repo", site.address] + site.access
      let write = try await run(["write"] + access + Rendering.small.flags)
      #expect(write.isSuccess, "\(write.errors)")
      #expect(try await site.files().count > 2)
      let status = try await run(["status"] + access)
      #expect(status.isSuccess, "\(status.errors)")

      // Whom to log in as is not guessed.
      let address = site.address.replacing(/[^\/@]+@/, with: "", maxReplacements: 1)
      let nameless = try await run(["status", "--repo", address] + site.access)
      #expect(nameless.errors.contains("invalid-configuration: "), "\(nameless.errors)")
      #expect(nameless.errors.contains("ssh://USER@HOST"), "\(nameless.errors)")
    }
  }

  @Test(
    "shows a client certificate, from --credentials and from a Secret", arguments: [true, false])
  func clientCertificate(isMounted: Bool) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let served = try directory.makeDirectory("served")
      _ = try await BareRepository(in: served, git: git)
      let authority = try await TestAuthority(in: directory)
      let own = try await authority.certificate(for: ["DNS:writer"], named: "writer")
      var options = SmartHTTPServer.Options()
      options.certificate = try await authority.certificate(for: ["IP:127.0.0.1"])
      options.clientAuthority = authority.certificate
      func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }
      let values = [
        "tls.crt": try text(own.chain), "tls.key": try text(own.key),
        "ca.crt": try text(authority.certificate),
      ]
      try await SmartHTTPServer.with(root: served, git: git, options: options) { base in
        let statestore = try Statestore(in: directory)
        func run(_ values: [String: String]) async throws -> Statestore.Ending {
          let name = "secret-\(values.count)"
          let access =
            isMounted
            ? ["--repo", "\(base)/state.git", "--credentials"]
              + [try credentials(values, named: name, in: directory)]
            : ["--config", try configuration(values, base, named: name, in: directory)]
          return try await statestore.run(["init", "--destination", "worker"] + access)
        }
        let landed = try await run(values)
        #expect(landed.status == 0, "\(landed)")

        let halves = try await run(values.filter { $0.key != "tls.key" })
        #expect(halves.status == 2, "\(halves)")
        #expect(halves.errors.contains("have no tls.key, which tls.crt needs"), "\(halves)")
      }
    }
  }

  private func configuration(
    _ values: [String: String], _ base: String, named name: String, in directory: URL
  ) throws -> String {
    let data = values.map { "\n  \($0.key): \(Data($0.value.utf8).base64EncodedString())" }
    try directory.write(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: GitStateStore
      metadata: {name: default}
      spec: {url: '\(base)/state.git', branch: main, secretRef: {name: git}}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: git}
      data:\(data.joined())

      """, to: "\(name).yaml")
    return directory.appending(path: "\(name).yaml").path
  }

  @Test("takes the user name of an https address for the Secret's, and shows it nowhere")
  func userInAddress() async throws {
    try await withSite(on: .https) { site in
      let secret = try credentials(
        ["password": Site.password], named: "password", in: site.directory)
      let flags = site.access.prefix(2) + ["--credentials", secret]
      for (user, status) in [("kratix", Int32(0)), ("stranger", 3)] {
        let address = site.address.replacing("https://", with: "https://\(user)@")
        let ending = try await site.statestore.run(["status", "--repo", address] + flags)
        #expect(ending.status == status, "\(ending)")
        #expect(!ending.everything.contains("\(user)@"), "\(ending)")
      }
    }
  }

  @Test("leads to one branch by its short and by its whole name")
  func wholeName() async throws {
    try await withSite { site in
      try await site.run("init", ["--branch", "refs/heads/main"])
      try await site.run("init", environment: ["STATESTORE_BRANCH": "refs/heads/main"])
      #expect(try await site.git("for-each-ref", "--format=%(refname)") == "refs/heads/main")
    }
  }

  @Test("ends at once where a branch would be below another, with the server's words")
  func branchBelowBranch() async throws {
    try await withSite { site in
      let ending = try await site.run("init", ["--branch", "main/sub"], expecting: 1)
      #expect(ending.errors.hasPrefix("rejected: "), "\(ending)")
      #expect(ending.errors.contains("'refs/heads/main' exists; cannot create"), "\(ending)")
    }
  }
}
