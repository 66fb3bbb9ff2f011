import Foundation
import TestSupport
import Testing

@Suite("A server that does not do its part", .timeLimit(.minutes(5)))
struct ServerFaultTests {
  private let request = ["--request", Fixture.path("postgresql/requests/small.yaml")]

  /// Neither a writer nor a checker can do anything: both say why, and none calls it missing.
  private func expectFailure(
    _ outcome: String, writeStatus: Int32 = 3, says words: String, _ site: Site,
    address: String? = nil, access: [String]? = nil, more: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for (command, arguments) in [("write", Rendering.small.flags), ("verify", request)] {
      let ending = try await site.statestore.run(
        [command, "--repo", address ?? site.address] + (access ?? site.access) + more + arguments)
      let status = command == "write" ? writeStatus : 3
      #expect(ending.status == status, "\(ending)", sourceLocation: sourceLocation)
      #expect(ending.errors.hasPrefix("\(outcome): "), "\(ending)", sourceLocation: sourceLocation)
      #expect(ending.errors.contains(words), "\(ending)", sourceLocation: sourceLocation)
      #expect(!ending.everything.contains(Site.password), sourceLocation: sourceLocation)
      #expect(!ending.output.contains("missing"), "\(ending)", sourceLocation: sourceLocation)
      #expect(ending.output.isEmpty, "\(ending)", sourceLocation: sourceLocation)
    }
  }

  @Test("because the password is wrong is named, without the password")
  func password() async throws {
    try await withSite(on: .https) { site in
      let wrong = try credentials(
        ["username": "kratix", "password": Site.password + "x"], named: "wrong", in: site.directory)
      let authority = Array(site.access.prefix(2))
      try await expectFailure(
        "authentication-failed", says: site.address, site,
        access: authority + ["--credentials", wrong])
      try await expectFailure(
        "authentication-failed", says: "authentication", site, access: authority)
    }
  }

  @Test("because nobody vouches for its certificate is named")
  func certificate() async throws {
    try await withSite(on: .https) { site in
      try await expectFailure(
        "authentication-failed", says: "certificate", site, access: Array(site.access.suffix(2)))
    }
  }

  @Test("because its host key is another is named")
  func hostKey() async throws {
    try await withSite(on: .sshEd25519) { site in
      let secret = URL(filePath: site.access[1])
      let key = try String(contentsOf: secret.appending(path: "sshPrivateKey"), encoding: .utf8)
      let known = try String(contentsOf: secret.appending(path: "knownHosts"), encoding: .utf8)
      let other = try credentials(
        [
          "sshPrivateKey": key,
          "knownHosts": known.replacing("[127.0.0.1]", with: "[192.0.2.1]"),
        ], named: "other", in: site.directory)
      try await expectFailure(
        "authentication-failed", says: "host key", site, access: ["--credentials", other])
    }
  }

  @Test("because nothing listens there is named")
  func refused() async throws {
    try await withSite(isInitialized: false) { site in
      // Port 1 is tcpmux: nobody has served it for decades.
      for address in ["http://127.0.0.1:1/state.git", "ssh://git@127.0.0.1:1/state.git"] {
        try await expectFailure(
          "unreachable", says: address, site, address: address,
          access: address.hasPrefix("ssh") ? ["--credentials", try sshCredentials(site)] : [])
      }
    }
  }

  private func sshCredentials(_ site: Site) throws -> String {
    let unused = "-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----\n"
    return try credentials(
      ["sshPrivateKey": unused, "knownHosts": "unused"], in: site.directory)
  }

  @Test("because it says nothing is given up at the deadline", arguments: ["http", "ssh"])
  func silent(scheme: String) async throws {
    try await withSite(isInitialized: false) { site in
      try await RawServer.with(.silent) { server in
        let clock = ContinuousClock()
        let access = scheme == "ssh" ? ["--credentials", try sshCredentials(site)] : []
        let passed = try await clock.measure {
          try await expectFailure(
            "timed-out", says: "127.0.0.1", site,
            address: "\(scheme)://127.0.0.1:\(server.port)/state.git", access: access,
            more: ["--timeout", "300ms"])
        }
        // Two commands, each of which would wait for a minute if it were not told otherwise.
        #expect(passed > .milliseconds(600))
        #expect(passed < .seconds(60))
      }
    }
  }

  @Test("because there is no repository is named, and a write is not called safe to try again")
  func noRepository() async throws {
    try await withSite(isInitialized: false) { site in
      try await expectFailure(
        "repository-missing", writeStatus: 1, says: "there is no Git repository", site)
    }
  }

  @Test(
    "but a hook's refusal is final, and comes with the hook's words",
    arguments: [RemoteKind.path, .https]
  )
  func hook(on kind: RemoteKind) async throws {
    try await withSite(on: kind) { site in
      let hook = site.repository.appending(path: "hooks/pre-receive")
      try FileManager.default.createDirectory(
        at: hook.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("#!/bin/sh\necho 'Only on weekdays, says the platform team.' >&2\nexit 1\n".utf8)
        .write(to: hook)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
      let before = try await site.tip()
      let ending = try await site.run("write", Rendering.small.flags, expecting: 1)
      #expect(ending.errors.hasPrefix("rejected: "), "\(ending)")
      #expect(ending.errors.contains("Only on weekdays, says the platform team."), "\(ending)")
      #expect(!ending.everything.contains(Site.password))
      #expect(try await site.tip() == before)
    }
  }

  @Test("and a branch that is not there is no empty one")
  func branch() async throws {
    try await withSite { site in
      let branch = ["--branch", "elsewhere"]
      let write = try await site.run("write", Rendering.small.flags + branch, expecting: 1)
      #expect(write.errors.hasPrefix("branch-missing: "), "\(write)")
      #expect(write.errors.contains("has no branch elsewhere; there is main. Name"), "\(write)")
      #expect(write.errors.contains("\n  next: statestore init --repo "), "\(write)")
      let verify = try await site.run("verify", request + branch, expecting: 3)
      #expect(verify.errors.hasPrefix("branch-missing: "), "\(verify)")
      #expect(verify.output.isEmpty)
      try await site.run("init", branch)
      try await site.run("write", Rendering.small.flags + branch)
    }
  }
}
