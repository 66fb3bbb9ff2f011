import Digests
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Service

@Suite("Before it is known who asks", .timeLimit(.minutes(5)))
struct ConnectionTests {
  private static let secret = "between-us"
  private static let tokens = """
    tokens:
      - {name: reader, sha256: \(Digest.sha256(of: "reader".utf8).hexadecimal), role: read}
    """

  private func withGuardedStation(_ body: (Station) async throws -> Void) async throws {
    try await withGuardedStation(\.port, 0, body)
  }

  /// Runs a body while a service runs that asks for tokens, takes webhooks, and has one option set.
  private func withGuardedStation<Value: Sendable>(
    _ option: any WritableKeyPath<ServiceOptions, Value> & Sendable, _ value: Value,
    _ body: (Station) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let secret = directory.appending(path: "webhook")
      try Data("\(Self.secret)\n".utf8).write(to: secret)
      var options = StationOptions()
      options.tokens = Self.tokens
      options.change = { settings in
        settings.webhookSecret = secret.path
        settings[keyPath: option] = value
      }
      try await withStation(options, body)
    }
  }

  @Test("a service that is cancelled while clients connect ends, and the process does not")
  func cancelledWhileClientsConnect() async throws {
    for _ in 0..<3 {
      try await withStation { station in
        await withTaskGroup { group in
          for _ in 0..<64 { group.addTask { _ = try? await station.connection() } }
        }
      }
    }
  }

  @Test(
    "no body is read that cannot prove it, and none is waited for",
    arguments: [
      ("stores/default/sync", "", 401), ("stores/default/sync", "X-Gitlab-Token: wrong", 401),
      ("stores/default/sync", "X-Hub-Signature-256: sha256=abc", 401),
      ("stores/default/sync", "X-Gitea-Signature: \(String(repeating: "g", count: 64))", 401),
      ("stores/default/sync", "Authorization: Bearer reader", 403),
      ("stores/other/sync", "X-Gitlab-Token: \(secret)", 404),
      ("stores/other/sync", "X-Gitea-Signature: \(String(repeating: "a", count: 64))", 404),
      ("namespaces/default/removals", "", 401),
      ("namespaces/default/removals", "Authorization: Bearer reader", 403),
      ("verify", "", 401), ("verify", "Authorization: Bearer stranger", 401),
    ])
  func bodies(path: String, header: String, status: Int) async throws {
    try await withGuardedStation { station in
      for length in ["Content-Length: 1000000", "Transfer-Encoding: chunked"] {
        let head = "POST /v1/\(path) HTTP/1.1\r\nHost: localhost\r\n\(length)\r\n"
        // The body never comes: the answer does, and then the connection is closed.
        let answer = try await station.raw(
          head + (header.isEmpty ? "" : header + "\r\n") + "Expect: 100-continue\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
      }
    }
  }

  @Test("an event has a limit of its own, smaller than that of Works")
  func events() async throws {
    try await withGuardedStation { station in
      let head = """
        POST /v1/stores/default/sync HTTP/1.1\r\nHost: localhost\r\n\
        X-Gitlab-Token: \(Self.secret)\r\n
        """
      let large = try await station.raw(head + "Content-Length: 3000000\r\n\r\n")
      #expect(large.hasPrefix("HTTP/1.1 413 "), "\(large)")
      let small = try await station.request(
        "POST", "/v1/stores/default/sync", body: String(repeating: " ", count: 100_000),
        headers: ["X-Gitlab-Token": Self.secret])
      #expect(small.status == 202, "\(small)")
    }
  }

  @Test("one budget is for all bodies, and who is not known has a part of it")
  func budget() throws {
    let budget = BodyBudget(limit: 100, unknownLimit: 40)
    let known = BodyShare(of: budget, for: .known)
    let stranger = BodyShare(of: budget, for: .unknown)
    try stranger.take(40)
    let refusal = #expect(throws: Problem.self) { try stranger.take(1) }
    #expect(refusal?.type == "overloaded")
    #expect(throws: Problem.self) { try BodyShare(of: budget, for: .unknown).requireRoom(for: 1) }
    try known.requireRoom(for: 60)
    try known.take(60)
    #expect(throws: Problem.self) { try known.take(1) }
    #expect(budget.bytesHeld == 100)
    stranger.giveBack()
    try known.take(40)
    known.giveBack()
    known.giveBack()
    #expect(budget.bytesHeld == 0)
  }

  @Test("what does not fit into the budget is told when to come again")
  func overloaded() async throws {
    // Two bodies of the largest size fit, and no third.
    try await withGuardedStation(\.mostBodyBytes, 40 << 20) { station in
      let head = """
        POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer reader\r\n\
        Expect: 100-continue\r\nContent-Length: \(40 << 20)\r\n\r\n
        """
      let part = ByteBuffer(string: head + String(repeating: " ", count: 21 << 20))
      let channels = [try await station.connection(), try await station.connection()]
      for channel in channels { channel.writeAndFlush(part, promise: nil) }
      var answer = ""
      // Until the two have been read.
      while !answer.hasPrefix("HTTP/1.1 503 ") {
        answer = try await station.firstWords(after: head)
        #expect(answer.hasPrefix("HTTP/1.1 100 ") || answer.hasPrefix("HTTP/1.1 503 "))
      }
      #expect(answer.contains("Retry-After: 1\r\n"), "\(answer)")
      for channel in channels { try await channel.close() }
    }
  }

  @Test("connections on which nothing is asked keep nobody out")
  func idle() async throws {
    try await withGuardedStation(\.mostConnections, 8) { station in
      var channels: [any Channel] = []
      for _ in 0..<20 { channels.append(try await station.connection()) }
      let answer = try await station.raw(
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
      for channel in channels { try? await channel.close() }
    }
  }

  @Test("the connection that has been idle for longest is closed for a new one")
  func oldest() {
    final class Place: Sendable {}
    let connections = Connections(most: 4)
    let closed = Mutex<[Int]>([])
    let places = (0..<8).map { _ in Place() }
    func open(_ number: Int) {
      connections.opened(ObjectIdentifier(places[number])) { closed.withLock { $0.append(number) } }
    }
    for number in 0..<3 { open(number) }
    connections.serves(ObjectIdentifier(places[0]))
    open(3)
    #expect(closed.withLock { $0 } == [1])
    connections.answered(ObjectIdentifier(places[0]))
    open(4)
    #expect(closed.withLock { $0 } == [1, 2])
    for number in [0, 3, 4] { connections.serves(ObjectIdentifier(places[number])) }
    // Those that serve somebody stay.
    open(5)
    #expect(closed.withLock { $0 } == [1, 2])
    connections.closed(ObjectIdentifier(places[0]))
    connections.closed(ObjectIdentifier(places[3]))
    open(6)
    #expect(closed.withLock { $0 } == [1, 2])
  }

  @Test("the first head has to come in time, however it trickles")
  func slowHead() async throws {
    try await withGuardedStation(\.headTimeout, .milliseconds(300)) { station in
      let answer = try await station.raw("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ")
      #expect(answer.isEmpty, "\(answer)")
    }
  }

  @Test(
    "HTTP/1.1 needs one host, and HTTP/1.0 none",
    arguments: [
      ("HTTP/1.1\r\nHost: localhost\r\n", 200), ("HTTP/1.1\r\n", 400),
      ("HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n", 400),
      ("HTTP/1.1\r\nHost: localhost\r\nhost: evil.example\r\n", 400),
      ("HTTP/1.0\r\n", 200), ("HTTP/1.0\r\nHost: a\r\nHost: b\r\n", 400),
    ])
  func hosts(rest: String, status: Int) async throws {
    try await withGuardedStation { station in
      let answer = try await station.raw("GET /livez \(rest)Connection: close\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
      if status == 400 { #expect(answer.contains("Host header"), "\(answer)") }
    }
  }

  @Test("a head has limits")
  func heads() async throws {
    try await withGuardedStation { station in
      let long = String(repeating: "a", count: 100_000)
      for head in ["GET /\(long) HTTP/1.1\r\n", "GET /livez HTTP/1.1\r\nX-Long: \(long)\r\n"] {
        let answer = try await station.raw(head + "Host: localhost\r\n\r\n")
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer.prefix(80))")
      }
    }
  }
}
