import Foundation
import Git
import Subprocess
import TestSupport
import Testing

@testable import GitTransport

/// Rows G06 and G08 to G15 of Kratix's tests (docs/conformance.md).
@Suite("A GitHub App")
struct GitHubAppTests {
  /// An answer of GitHub's API.
  private static func answer(
    _ status: String, _ body: String, headers: [String] = [], date: Date = Date()
  ) -> String {
    let lines = [
      "HTTP/1.1 \(status)", "Date: \(httpDate(date))", "Content-Type: application/json",
      "Content-Length: \(body.utf8.count)",
    ]
    return (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
  }

  private static func httpDate(_ date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.string(from: date)
  }

  private static func token(_ name: String, lasting seconds: TimeInterval = 3600) -> String {
    let end = Date().addingTimeInterval(seconds).formatted(.iso8601)
    return answer("201 Created", #"{"token":"\#(name)","expires_at":"\#(end)"}"#)
  }

  private static func app(
    _ key: String, api port: Int, of remote: String = "https://github.com/a/b.git"
  ) throws -> GitHubApp {
    try GitHubApp(
      appID: "12345", installationID: "678", privateKey: Secret(key), remote: RemoteURL(remote),
      api: "http://127.0.0.1:\(port)")
  }

  /// A private key as openssl makes it.
  private static func key(_ arguments: String...) async throws -> String {
    let made = try await run(
      .name("openssl"), arguments: Arguments(arguments), output: .string(limit: 1 << 16),
      error: .discarded)
    return made.standardOutput
  }

  /// One key for all tests: openssl takes up to a second for it.
  private static let sharedKey = Task { try await key("genrsa", "2048") }

  private static func rsaKey() async throws -> String { try await sharedKey.value }

  // MARK: The assertion

  @Test("signs its assertion with an RSA key", arguments: [["-traditional"], []])
  func assertion(format: [String]) async throws {
    try await withTemporaryDirectory { directory in
      let pem = directory.appendingPathComponent("key.pem").path
      let key = try await Self.rsaKey()
      try Data(key.utf8).write(to: URL(filePath: pem))
      let given = try await run(
        .name("openssl"), arguments: Arguments(["rsa", "-in", pem] + format),
        output: .string(limit: 1 << 16), error: .discarded
      ).standardOutput
      let date = Date(timeIntervalSince1970: 1_700_000_000)
      let text = try AppAssertion(of: Self.app(given, api: 1), at: date).text
      let parts = text.split(separator: ".").map(String.init)
      #expect(try Self.decoded(parts[0]) == Data(#"{"alg":"RS256","typ":"JWT"}"#.utf8))
      #expect(
        try Self.decoded(parts[1])
          == Data(#"{"iat":1699999940,"exp":1700000540,"iss":"12345"}"#.utf8))
      let signature = directory.appendingPathComponent("signature")
      let signed = directory.appendingPathComponent("signed")
      try Self.decoded(parts[2]).write(to: signature)
      try Data("\(parts[0]).\(parts[1])".utf8).write(to: signed)
      let verified = try await run(
        .name("openssl"),
        arguments: [
          "dgst", "-sha256", "-prverify", pem, "-signature", signature.path, signed.path,
        ],
        output: .string(limit: 4096), error: .discarded)
      #expect(verified.standardOutput == "Verified OK\n")
    }
  }

  private static func decoded(_ part: String) throws -> Data {
    var text = part.replacing("-", with: "+").replacing("_", with: "/")
    while text.count % 4 != 0 { text += "=" }
    return try #require(Data(base64Encoded: text))
  }

  @Test("says what is wrong with a key, and nothing of the key")
  func wrongKeys() async throws {
    let elliptic = try await Self.key("ecparam", "-name", "prime256v1", "-genkey", "-noout")
    let keys: [(key: String, says: String)] = [
      ("hunter2hunter2", "not a PEM key"), ("", "not a PEM key"),
      ("-----BEGIN EC PRIVATE KEY-----\nhunter2hunter2\n-----END EC PRIVATE KEY-----", "not a PEM"),
      (elliptic, "not an RSA key"),
      (
        try await Self.key("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
        "not an RSA key"
      ),
    ]
    for (key, says) in keys {
      try await RawServer.with(.answering([Self.token("ghs_unused")])) { api in
        let remote = try makeRemote(
          "https://127.0.0.1:1/a.git", .githubApp(Self.app(key, api: api.port)))
        let error = await failure { try await remote.references(withPrefix: [], deadline: soon) }
        await remote.close()
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains(says) == true, "\(String(describing: error))")
        #expect(!String(describing: error).contains("hunter2"))
        #expect(api.received == [])
      }
    }
  }

  // MARK: Tokens

  @Test("pushes and reads with a token that it asks for once", .timeLimit(.minutes(1)))
  func pushes() async throws {
    let key = try await Self.rsaKey()
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      var options = SmartHTTPServer.Options()
      options.user = ("x-access-token", "ghs_right")
      try await SmartHTTPServer.with(root: directory, git: git, options: options) { base in
        try await RawServer.with(.answering([Self.token("ghs_right"), Self.token("ghs_wrong")])) {
          api in
          let remote = try makeRemote(
            "\(base)/state.git", .githubApp(Self.app(key, api: api.port)))
          let first = try await repository.commit(["a.yaml": "one\n"])
          let report = try await remote.openPush(deadline: soon).push(
            ReferenceUpdate(name: "refs/heads/main", old: .zero, new: first),
            pack: try await repository.pack(first), deadline: soon)
          #expect(report.outcome == .accepted)
          let read = try await remote.references(withPrefix: ["refs/heads/main"], deadline: soon)
          #expect(read["refs/heads/main"] == first)
          await remote.close()
          let request = try #require(api.received.first?.lowercased())
          #expect(api.received.count == 1)
          #expect(request.hasPrefix("post /app/installations/678/access_tokens http/1.1\r\n"))
          #expect(request.contains("\r\nauthorization: bearer ey"))
          #expect(request.contains("\r\naccept: application/vnd.github+json\r\n"))
        }
      }
    }
  }

  private static let noReferences =
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-result\r\n"
    + "Content-Length: 4\r\n\r\n0000"
  private static let unauthorized =
    "HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nno: ghs_first"

  /// - Returns: The tokens that the Git server was shown, and the requests for tokens.
  private func exchange(
    tokens: [String], git answers: [String], times: Int = 1
  ) async throws -> (shown: [String], asked: Int, error: TransportError?) {
    let key = try await Self.rsaKey()
    return try await RawServer.with(.answering(tokens)) { api in
      try await RawServer.with(.answering(answers)) { server in
        let remote = try makeRemote(
          "http://127.0.0.1:\(server.port)/a.git", .githubApp(Self.app(key, api: api.port)))
        var error: TransportError?
        for _ in 0..<times {
          error = await failure { try await remote.references(withPrefix: ["a"], deadline: soon) }
        }
        await remote.close()
        let shown = server.received.compactMap { request -> String? in
          let line = request.split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("authorization: basic ")
          }
          let decoded = line.flatMap { Data(base64Encoded: String($0.dropFirst(21))) }
          return decoded.map { String(decoding: $0, as: UTF8.self) }
        }
        return (shown, api.received.count, error)
      }
    }
  }

  @Test("asks for a new token once when the server refuses the one it has", .timeLimit(.minutes(1)))
  func refused() async throws {
    let renewed = try await exchange(
      tokens: [Self.token("ghs_first"), Self.token("ghs_second")],
      git: [Self.unauthorized, Self.noReferences])
    #expect(renewed.error == nil)
    #expect(renewed.shown == ["x-access-token:ghs_first", "x-access-token:ghs_second"])
    let tokens = (0..<9).map { _ in Self.token("ghs_first") }
    let refused = try await exchange(
      tokens: tokens, git: (0..<9).map { _ in Self.unauthorized })
    #expect(refused.error?.code == .authenticationFailed)
    #expect(!String(describing: refused.error).contains("ghs_first"))
  }

  @Test("uses a token until a minute before its end", .timeLimit(.minutes(1)))
  func expiry() async throws {
    let kept = try await exchange(
      tokens: [Self.token("ghs_first", lasting: 3600), Self.token("ghs_second")],
      git: [Self.noReferences, Self.noReferences], times: 2)
    #expect(kept.shown == ["x-access-token:ghs_first", "x-access-token:ghs_first"])
    let renewed = try await exchange(
      tokens: [Self.token("ghs_first", lasting: 59), Self.token("ghs_second")],
      git: [Self.noReferences, Self.noReferences], times: 2)
    #expect(renewed.shown == ["x-access-token:ghs_first", "x-access-token:ghs_second"])
  }

  @Test("takes GitHub's time where the clock of this machine is wrong", .timeLimit(.minutes(1)))
  func skew() async throws {
    let ahead = Date().addingTimeInterval(-3600)
    let body = #"{"message":"'Expiration time' claim ('exp') is too far in the future"}"#
    let result = try await exchange(
      tokens: [
        Self.answer("401 Unauthorized", body, date: ahead), Self.token("ghs_first"),
      ], git: [Self.noReferences])
    #expect(result.error == nil)
    #expect(result.asked == 2)
    #expect(result.shown == ["x-access-token:ghs_first"])
  }

  @Test(
    "says why GitHub gives no token", .timeLimit(.minutes(1)),
    arguments: [
      (
        "401 Unauthorized", #"{"message":"A JSON web token could not be decoded"}"#, "",
        TransportError.Code.authenticationFailed, "look at appID and privateKey"
      ),
      ("404 Not Found", #"{"message":"Not Found"}"#, "", .authenticationFailed, "installation 678"),
      (
        "403 Forbidden", #"{"message":"This installation has been suspended"}"#, "",
        .authenticationFailed, "suspended"
      ),
      (
        "403 Forbidden", #"{"message":"You have exceeded a secondary rate limit"}"#,
        "Retry-After: 60", .unavailable, "fewer requests"
      ),
      ("429 Too Many Requests", "{}", "Retry-After: 60", .unavailable, "fewer requests"),
      ("502 Bad Gateway", "<html>", "", .unavailable, "502"),
      (
        "201 Created", #"{"token":"","expires_at":"2030-01-01T00:00:00Z"}"#, "",
        .protocolViolation, "without a token"
      ),
      ("201 Created", "junk", "", .protocolViolation, "without a token"),
    ])
  func refusals(
    status: String, body: String, header: String, code: TransportError.Code, says: String
  ) async throws {
    let result = try await exchange(
      // Some failures are taken for those of an older version of Git's protocol, and tried again.
      tokens: Array(
        repeating: Self.answer(status, body, headers: header.isEmpty ? [] : [header]), count: 3),
      git: [Self.noReferences])
    let error = try #require(result.error)
    #expect(error.code == code)
    #expect(error.message.contains(says), "\(error)")
    #expect(result.shown == [])
    let message = body.wholeMatch(of: #/{"message":"(.*)"}/#).map { String($0.1) }
    #expect(error.serverMessages == [message].compactMap(\.self))
    if !header.isEmpty { #expect(error.retryAfter == .seconds(60)) }
  }

  @Test(
    "finds the API of a host",
    arguments: [
      ("github.com", "https://api.github.com"), ("GitHub.com", "https://api.github.com"),
      ("acme.ghe.com", "https://api.acme.ghe.com"),
      ("git.example.com", "https://git.example.com/api/v3"),
    ])
  func api(host: String, address: String) { #expect(GitHubApp.api(of: host) == address) }
}
