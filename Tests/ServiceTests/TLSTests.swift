import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import TestSupport
import Testing

@testable import Service

@Suite("Over TLS", .timeLimit(.minutes(5)))
struct TLSTests {
  @Test("the service shows its certificate, and the next one when it is renewed")
  func renewal() async throws {
    try await withTemporaryDirectory { directory in
      let old = try await TestAuthority(in: directory, named: "old")
      let new = try await TestAuthority(in: directory, named: "new")
      let names = ["DNS:localhost", "IP:127.0.0.1"]
      let first = try await old.certificate(for: names, named: "server")
      let second = try await new.certificate(for: names, named: "renewed")
      var options = StationOptions()
      options.change = { $0.certificate = (first.chain.path, first.key.path) }
      try await withStation(options) { station in
        let address = station.base.replacing("http://127.0.0.1", with: "https://localhost")
        #expect(try await isTrusted(address, by: old))
        #expect(try await !isTrusted(address, by: new))
        for (from, to) in [(second.key, first.key), (second.chain, first.chain)] {
          try Data(contentsOf: from).write(to: to, options: .atomic)
        }
        while try await !isTrusted(address, by: new) { try Task.checkCancellation() }
        #expect(try await !isTrusted(address, by: old))
      }
    }
  }

  @Test("a key that does not fit its certificate is refused before anything is served")
  func misfit() async throws {
    try await withTemporaryDirectory { directory in
      let authority = try await TestAuthority(in: directory)
      let one = try await authority.certificate(for: ["DNS:one"], named: "one")
      let two = try await authority.certificate(for: ["DNS:two"], named: "two")
      #expect(throws: (any Error).self) {
        try ServerCertificate(chain: one.chain.path, key: two.key.path)
      }
    }
  }

  @Test(
    "TLS 1.2 is spoken with forward secrecy and authenticated encryption alone",
    arguments: [
      (.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true),
      (.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, true),
      (.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, false),
      (.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, false),
    ] as [(NIOTLSCipher, Bool)])
  func suites(suite: NIOTLSCipher, isTaken: Bool) async throws {
    try await withTemporaryDirectory { directory in
      let authority = try await TestAuthority(in: directory)
      let pair = try await authority.certificate(
        for: ["DNS:localhost", "IP:127.0.0.1"], named: "server")
      var options = StationOptions()
      options.change = { $0.certificate = (pair.chain.path, pair.key.path) }
      try await withStation(options) { station in
        let address = station.base.replacing("http://127.0.0.1", with: "https://localhost")
        let isTrusted = try await isTrusted(address, by: authority, suite: suite)
        #expect(isTrusted == isTaken)
      }
    }
  }

  private func isTrusted(
    _ address: String, by authority: TestAuthority, suite: NIOTLSCipher? = nil
  ) async throws -> Bool {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let suite {
      tls.maximumTLSVersion = .tlsv12
      tls.cipherSuiteValues = [suite]
    }
    tls.trustRoots = .file(authority.certificate.path)
    let client = HTTPClient(
      eventLoopGroup: .singletonMultiThreadedEventLoopGroup,
      configuration: .init(tlsConfiguration: tls))
    let answer: HTTPClientResponse?
    do {
      answer = try await client.execute(
        HTTPClientRequest(url: address + "/livez"), timeout: .seconds(10))
    } catch {
      answer = nil
    }
    try await client.shutdown()
    return answer?.status == .ok
  }
}
