import Foundation
import Git
import TestSupport
import Testing

@testable import GitTransport

@Suite("TLS and redirects")
struct TLSTests {
  @Test(
    "An own authority is added; an unknown one and another host are refused",
    .timeLimit(.minutes(1)))
  func authorities() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      _ = try await BareRepository(in: directory, git: git)
      let authority = try await TestAuthority(in: directory)
      let stranger = try await TestAuthority(in: directory, named: "stranger")
      let text = try String(contentsOf: authority.certificate, encoding: .utf8)
      let own = TransportOptions.Certificates.text(text)
      /// What a client says of a server whose certificate is for these names, under the name it
      /// asks for.
      func outcome(
        _ names: [String], asking host: String, _ authorities: TransportOptions.Certificates?
      ) async throws -> TransportError.Code? {
        var server = SmartHTTPServer.Options()
        server.certificate = try await authority.certificate(for: names)
        return try await SmartHTTPServer.with(root: directory, git: git, options: server) { base in
          var options = TransportOptions()
          options.certificateAuthorities = authorities
          let address = base.replacingOccurrences(of: "127.0.0.1", with: host)
          let remote = try makeRemote("\(address)/state.git", options: options)
          let error = await failure {
            try await remote.references(withPrefix: [], deadline: soon)
          }
          await remote.close()
          return error?.code
        }
      }
      let both = ["DNS:localhost", "IP:127.0.0.1"]
      #expect(try await outcome(both, asking: "localhost", own) == nil)
      #expect(
        try await outcome(both, asking: "127.0.0.1", .file(authority.certificate.path)) == nil)
      #expect(try await outcome(both, asking: "localhost", nil) == .untrustedCertificate)
      #expect(
        try await outcome(both, asking: "localhost", .file(stranger.certificate.path))
          == .untrustedCertificate)
      #expect(
        try await outcome(["DNS:localhost"], asking: "127.0.0.1", own) == .untrustedCertificate)
      #expect(
        try await outcome(["DNS:elsewhere"], asking: "localhost", own) == .untrustedCertificate)
      // A certificate for the address that the name resolved to says nothing about the name.
      #expect(
        try await outcome(["IP:127.0.0.1"], asking: "localhost", own) == .untrustedCertificate)
      #expect(
        try await outcome(both, asking: "localhost", .text("no PEM")) == .invalidConfiguration)
      #expect(
        try await outcome(both, asking: "localhost", .file("/nowhere")) == .invalidConfiguration)
    }
  }

  @Test(
    "A server that asks for a client certificate gets it; without a good one it is asked for",
    .timeLimit(.minutes(1)))
  func clientCertificates() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      _ = try await BareRepository(in: directory, git: git)
      let authority = try await TestAuthority(in: directory)
      let stranger = try await TestAuthority(in: directory, named: "stranger")
      let own = try await authority.certificate(for: ["DNS:writer"], named: "writer")
      let other = try await stranger.certificate(for: ["DNS:writer"], named: "other")
      var server = SmartHTTPServer.Options()
      server.certificate = try await authority.certificate(for: ["DNS:localhost"])
      server.clientAuthority = authority.certificate
      func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }
      let cases: [(chain: String, key: String, code: TransportError.Code?)?] = [
        (try text(own.chain), try text(own.key), nil),
        nil,
        (try text(other.chain), try text(other.key), .authenticationFailed),
        (try text(own.chain), try text(other.key), .invalidConfiguration),
        (try text(own.chain), "no key", .invalidConfiguration),
        ("no certificate", try text(own.key), .invalidConfiguration),
      ]
      try await SmartHTTPServer.with(root: directory, git: git, options: server) { base in
        let address = base.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        for pair in cases {
          var options = TransportOptions()
          options.certificateAuthorities = .file(authority.certificate.path)
          options.clientCertificate = pair.map {
            .init(chain: .text($0.chain), privateKey: Secret($0.key))
          }
          let remote = try makeRemote("\(address)/state.git", options: options)
          let error = await failure {
            try await remote.references(withPrefix: [], deadline: soon)
          }
          #expect(
            error?.code == (pair == nil ? .authenticationFailed : pair?.code), "\(error as Any)")
          await remote.close()
        }
      }
    }
  }

  @Test("A name in a certificate stands for one host, a star for one label")
  func names() {
    let name = CertificateName(host: "git.example.com")
    for good in ["git.example.com", "GIT.example.COM.", "*.example.com"] {
      #expect(name.matches(good))
    }
    for bad in ["example.com", "*.com", "*", "*.*.com", "g*.example.com", "a.git.example.com", ""] {
      #expect(!name.matches(bad))
    }
    #expect(!CertificateName(host: "example.com").matches("*.com"))
  }

  @Test("Plain http to another machine is refused unless it is allowed")
  func insecure() async throws {
    let remote = try makeRemote("http://git.example.com/state.git")
    let error = await failure { try await remote.openPush(deadline: soon) }
    #expect(error?.code == .insecure)
    await remote.close()
  }

  @Test(
    "A redirect to another host is refused when credentials would go along",
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

  @Test(
    "A redirect on the same host is followed, for the first request and all that follow",
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
