import Foundation
import Git
import GitTransport
import TestSupport
import Testing

private let password = "correct horse: battery staple"

@Suite("Who may, over http")
struct AuthenticationTests {
  private func withGuardedServer(
    _ body: (String, BareRepository) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      var options = SmartHTTPServer.Options()
      options.user = ("kratix", password)
      try await SmartHTTPServer.with(root: directory, git: git, options: options) { base in
        try await body("\(base)/state.git", repository)
      }
    }
  }

  @Test("The right password pushes and reads back", .timeLimit(.minutes(1)))
  func right() async throws {
    try await withGuardedServer { address, repository in
      // A line feed at the end, as `echo` leaves it in a Kubernetes Secret.
      let remote = try makeRemote(
        address, .basic(username: "kratix", password: Secret(password + "\n")))
      let first = try await repository.commit(["a.yaml": "one\n"])
      let report = try await remote.openPush(deadline: soon).push(
        ReferenceUpdate(name: "refs/heads/main", old: .zero, new: first),
        pack: try await repository.pack(first), deadline: soon)
      #expect(report.outcome == .accepted)
      let read = try await remote.references(withPrefix: ["refs/heads/main"], deadline: soon)
      #expect(read["refs/heads/main"] == first)
      await remote.close()
    }
  }

  @Test(
    "A wrong password or none is an authentication failure, and nothing secret is said",
    .timeLimit(.minutes(1)))
  func wrong() async throws {
    try await withGuardedServer { address, _ in
      let wrong = Credentials.basic(username: "kratix", password: Secret("wr0ng-passw0rd"))
      for credentials in [wrong, .bearer(Secret("wr0ng-passw0rd")), .none] {
        let remote = try makeRemote(address, credentials)
        let errors = [
          await failure { try await remote.references(withPrefix: [], deadline: soon) },
          await failure { try await remote.openPush(deadline: soon) },
        ]
        for error in errors {
          #expect(error?.code == .authenticationFailed)
          #expect(error?.message.contains("401") == true)
          #expect(!String(describing: error).contains("wr0ng"))
        }
        await remote.close()
      }
    }
  }

  @Test(
    "A server that repeats what it was sent does not have our secret shown",
    .timeLimit(.minutes(1)))
  func repeatedSecret() async throws {
    let sent = "Basic \(Data("kratix:hunter2".utf8).base64EncodedString())"
    for (credentials, said) in [
      (Credentials.basic(username: "kratix", password: Secret("hunter2")), "no \(sent) hunter2"),
      (.bearer(Secret("hunter2")), "Bearer hunter2 is not known"),
    ] {
      let answer =
        "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: \(said.utf8.count)\r\n"
        + "\r\n\(said)"
      try await RawServer.with(.answering([answer])) { server in
        let remote = try makeRemote("http://127.0.0.1:\(server.port)/x.git", credentials)
        let error = await failure { try await remote.openPush(deadline: soon) }
        let words = error?.serverMessages.joined() ?? ""
        #expect(words.contains("(redacted)"), "\(words)")
        #expect(!words.contains("hunter2") && !words.contains(sent))
        await remote.close()
      }
    }
  }

  @Test(
    "A repository that is not there is named as such", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func missingRepository(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      try FileManager.default.removeItem(at: site.repository.directory)
      let errors = [
        await failure { try await site.remote.references(withPrefix: [], deadline: soon) },
        await failure { try await site.remote.openPush(deadline: soon) },
      ]
      for error in errors { #expect(error?.code == .repositoryNotFound, "\(error as Any)") }
    }
  }

  @Test(
    "A SHA-256 repository is refused in words", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func sha256(_ kind: ConnectionKind) async throws {
    try await withSite(kind, format: "sha256") { site in
      var errors = [await failure { try await site.remote.openPush(deadline: soon) }]
      if kind.isVersion2 {
        // Version 0 says nothing at all of an empty repository, so there is nothing to refuse.
        errors += [
          await failure { try await site.remote.references(withPrefix: [], deadline: soon) },
          await failure { try await site.remote.fetchSupport(deadline: soon) },
        ]
      }
      for error in errors {
        #expect(error?.code == .unsupported, "\(error as Any)")
        #expect(error?.message.contains("sha256") == true)
      }
    }
  }

  @Test("Credentials of the wrong kind are a mistake in the configuration", .timeLimit(.minutes(1)))
  func wrongKind() async throws {
    let rows: [(String, Credentials)] = [
      ("http://127.0.0.1:1/x.git", .ssh(privateKey: Secret("k"), knownHosts: "")),
      ("ssh://git@127.0.0.1:1/x.git", .basic(username: "", password: Secret("p"))),
      ("http://127.0.0.1:1/x.git", .bearer(Secret("two\nlines"))),
      ("http://127.0.0.1:1/x.git", .basic(username: "a:b", password: Secret("p"))),
    ]
    for (address, credentials) in rows {
      let remote = try makeRemote(address, credentials)
      let error = await failure { try await remote.openPush(deadline: soon) }
      #expect(error?.code == .invalidConfiguration)
      await remote.close()
    }
  }
}
