import Foundation
import Git
import GitTransport
import TestSupport
import Testing

@Suite("TLS and redirects")
struct TLSTests {
  @Test("An own authority is added; an unknown one and another host are refused",
    .timeLimit(.minutes(1)))
  func authorities() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      _ = try await BareRepository(in: directory, git: git)
      let authority = try await TestAuthority(in: directory)
      let stranger = try await TestAuthority(in: directory, named: "stranger")
      var server = SmartHTTPServer.Options()
      // 127.0.0.1 is named, localhost is not.
      server.certificate = try await authority.certificate(for: ["IP:127.0.0.1"])
      try await SmartHTTPServer.with(root: directory, git: git, options: server) { base in
        func attempt(
          _ address: String, _ authorities: TransportOptions.Certificates?
        ) async throws -> TransportError? {
          var options = TransportOptions()
          options.certificateAuthorities = authorities
          let remote = try makeRemote("\(address)/state.git", options: options)
          let error = await failure {
            try await remote.references(withPrefix: [], deadline: soon)
          }
          await remote.close()
          return error
        }
        let named = base.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        let text = try String(contentsOf: authority.certificate, encoding: .utf8)
        #expect(try await attempt(base, .file(authority.certificate.path)) == nil)
        #expect(try await attempt(base, .text(text)) == nil)
        #expect(try await attempt(base, nil)?.code == .untrustedCertificate)
        #expect(
          try await attempt(base, .file(stranger.certificate.path))?.code == .untrustedCertificate)
        let otherName = try await attempt(named, .text(text))
        #expect(otherName?.code == .untrustedCertificate, "\(otherName as Any)")
        #expect(try await attempt(base, .text("no PEM"))?.code == .invalidConfiguration)
        #expect(try await attempt(base, .file("/nowhere"))?.code == .invalidConfiguration)
      }
    }
  }

  @Test("Plain http to another machine is refused unless it is allowed")
  func insecure() async throws {
    let remote = try makeRemote("http://git.example.com/state.git")
    let error = await failure { try await remote.openPush(deadline: soon) }
    #expect(error?.code == .insecure)
    await remote.close()
  }

  @Test("A redirect to another host is refused when credentials would go along",
    .timeLimit(.minutes(1)))
  func redirectElsewhere() async throws {
    let answer = """
      HTTP/1.1 301 Moved\r
      Location: https://elsewhere.example.com/x.git/info/refs?service=git-receive-pack\r
      Content-Length: 0\r
      \r

      """
    try await RawServer.with(.answering([answer])) { server in
      let remote = try makeRemote(
        "http://127.0.0.1:\(server.port)/x.git",
        .basic(username: "kratix", password: Secret("pass")))
      let error = await failure { try await remote.openPush(deadline: soon) }
      #expect(error?.code == .insecure)
      #expect(error?.message.contains("elsewhere.example.com") == true)
      await remote.close()
    }
  }

  @Test("A redirect on the same host is followed, for the first request and all that follow",
    .timeLimit(.minutes(1)))
  func redirectHere() async throws {
    let redirect = """
      HTTP/1.1 302 Found\r
      Location: /new/x.git/info/refs?service=git-receive-pack\r
      Content-Length: 0\r
      \r

      """
    let line =
      "0000000000000000000000000000000000000000 capabilities^{}\0report-status side-band-64k"
    let size = String(line.utf8.count + 4, radix: 16)
    let advertisement = "001f# service=git-receive-pack\n000000\(size)\(line)0000"
    let length = advertisement.utf8.count
    let good = """
      HTTP/1.1 200 OK\r
      Content-Type: application/x-git-receive-pack-advertisement\r
      Content-Length: \(length)\r
      \r
      \(advertisement)
      """
    try await RawServer.with(.answering([redirect, good, "HTTP/1.1 403 No\r\n\r\n"])) { server in
      let remote = try makeRemote("http://127.0.0.1:\(server.port)/x.git")
      let push = try await remote.openPush(deadline: soon)
      #expect(push.advertisement.isEmpty)
      let id = try #require(ObjectID(hexadecimal: String(repeating: "1", count: 40)))
      let error = await failure {
        try await push.push(
          ReferenceUpdate(name: "refs/heads/main", old: .zero, new: id), pack: [1],
          deadline: soon)
      }
      #expect(error?.code == .authenticationFailed)
      #expect(error?.message.contains("may not push") == true)
      #expect(server.received.last?.hasPrefix("POST /new/x.git/git-receive-pack") == true)
      await remote.close()
    }
  }
}
