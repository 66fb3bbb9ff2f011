import Foundation
import Git
import GitTransport
import Synchronization
import TestSupport
import Testing

@testable import Landing

/// Failures of servers that pass by themselves, in front of a real server.
@Suite("A server that fails for a while", .timeLimit(.minutes(4)))
struct PassingFailureTests {
  private struct Served {
    let site: Site
    let url: String
    let server: FaultyServer
    let clock = TestClock()

    func store() throws -> StateStore {
      let remote = Remote(
        url: try RemoteURL(url), credentials: .none, options: TransportOptions(),
        logger: silentLogger)
      return StateStore(
        StateStoreDescription(name: "default", url: url, branch: "main"), remote: remote,
        cache: site.cache, dependencies: clock.dependencies, logger: silentLogger)
    }

    func commits() async throws -> String {
      try await site.git("rev-list", "--count", "main", in: site.repository.directory)
    }
  }

  private func withServed(
    closesUnannounced: Bool = false, decision: @escaping FaultyServer.Decision = { _, _ in nil },
    _ body: (Served) async throws -> Void
  ) async throws {
    try await withSite { site in
      let root = site.repository.directory.deletingLastPathComponent()
      try await SmartHTTPServer.with(root: root, git: site.git) { base in
        try await FaultyServer.with(
          before: base, closesUnannounced: closesUnannounced, decision: decision
        ) { server, front in
          let url = "\(front)/\(site.repository.directory.lastPathComponent)"
          try await body(Served(site: site, url: url, server: server))
        }
      }
    }
  }

  private static func answer(_ status: Int, _ headers: String = "") -> FaultyServer.Fault {
    .answer("HTTP/1.1 \(status) X\r\n\(headers)Content-Length: 0\r\nConnection: close\r\n\r\n")
  }

  private static func isPush(_ line: String) -> Bool {
    line.hasPrefix("POST ") && line.contains("/git-receive-pack")
  }

  @Test(
    "once does not end a write or a check, at whichever request",
    arguments: [429, 500, 502, 503, 504], 0..<4)
  func once(status: Int, at failing: Int) async throws {
    let decision: FaultyServer.Decision = { _, number in
      number == failing ? Self.answer(status) : nil
    }
    try await withServed(decision: decision) { served in
      let receipt = try await served.store().land("example", ["a.yaml": "1"], options)
      #expect(try await served.site.tip() == receipt.commit)
      #expect(try await served.commits() == "2")
      #expect(served.server.requests.count > failing)
    }
    try await withServed(decision: decision) { served in
      let tip = try await served.store().read(deadline: .now + .seconds(60)) { $0.id }
      #expect(try await served.site.tip() == tip)
    }
  }

  /// What a server answers that could not move the branch (gitprotocol-pack(5), "Report Status").
  private static let refusal: FaultyServer.Fault = {
    func packet(_ text: String) -> String {
      let size = String(text.utf8.count + 4, radix: 16)
      return String(repeating: "0", count: 4 - size.count) + size + text
    }
    let report =
      packet("unpack ok\n") + packet("ng refs/heads/main failed to update ref\n") + "0000"
    let body = packet("\u{1}" + report) + "0000"
    return .answer(
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-receive-pack-result\r\n"
        + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
  }()

  @Test("after it refused a push is not said to be locked by nobody")
  func silentAfterRefusal() async throws {
    let hasRefused = Mutex(false)
    let decision: FaultyServer.Decision = { line, _ in
      hasRefused.withLock { hasRefused in
        if Self.isPush(line) {
          hasRefused = true
          return Self.refusal
        }
        return hasRefused && line.contains("git-upload-pack") ? Self.answer(503) : nil
      }
    }
    try await withServed(decision: decision) { served in
      let before = try await served.site.tip()
      let error = await #expect(throws: LandingError.self) {
        try await served.store().land("example", ["a.yaml": "1"], options)
      }
      #expect(error?.outcome == .unreachable)
      #expect(error?.message.contains("could not be read afterwards") == true, "\(error as Any)")
      #expect(try await served.site.tip() == before)
    }
  }

  @Test("that says when to come back is asked then, and not before")
  func retryAfter() async throws {
    let decision: FaultyServer.Decision = { _, number in
      number == 0 ? Self.answer(429, "Retry-After: 9\r\n") : nil
    }
    try await withServed(decision: decision) { served in
      _ = try await served.store().land("example", ["a.yaml": "1"], options)
      #expect(served.clock.waited.count == 1)
      #expect(served.clock.waited.first.map { $0 >= .seconds(9) } == true)
    }
  }

  @Test("longer than there is time is not waited for, and says for how long")
  func retryAfterDeadline() async throws {
    let decision: FaultyServer.Decision = { _, _ in Self.answer(503, "Retry-After: 999\r\n") }
    try await withServed(decision: decision) { served in
      let store = try served.store()
      let error = await failure { try await store.land("example", ["a.yaml": "1"], options) }
      #expect(error?.outcome == .unreachable)
      #expect(error?.message.contains("999 s") == true, "\(error as Any)")
      #expect(served.server.requests.count == 1)
    }
  }

  @Test("by closing connections unannounced is asked over new ones")
  func reusedConnection() async throws {
    try await withServed(closesUnannounced: true) { served in
      let store = try served.store()
      for number in 1...3 {
        let receipt = try await store.land("example", ["a.yaml": "\(number)"], options)
        #expect(try await served.site.tip() == receipt.commit)
      }
      #expect(try await served.commits() == "4")
    }
  }

  @Test(
    "after it accepted a push is read again until it answers, whatever it says meanwhile",
    arguments: [400, 301, 401, 403, 404, 415, 429, 500, 502, 503])
  func readBackLater(status: Int) async throws {
    let pushed = Mutex<Int?>(nil)
    let decision: FaultyServer.Decision = { line, number in
      let push = pushed.withLock { pushed in
        defer { if pushed == nil, Self.isPush(line) { pushed = number } }
        return pushed
      }
      return push.map { number <= $0 + 6 } == true ? Self.answer(status) : nil
    }
    try await withServed(decision: decision) { served in
      let receipt = try await served.store().land("example", ["a.yaml": "1"], options)
      #expect(receipt.outcome == .landed)
      #expect(receipt.attempts == 1)
      #expect(try await served.site.tip() == receipt.commit)
    }
  }

  @Test(
    "after it accepted a push, and until the deadline, is no failure of the push",
    arguments: [400, 301, 401, 403, 404, 429, 502])
  func readBackNever(status: Int) async throws {
    let hasPushed = Mutex(false)
    let decision: FaultyServer.Decision = { line, _ in
      hasPushed.withLock { hasPushed in
        defer { if Self.isPush(line) { hasPushed = true } }
        return hasPushed ? Self.answer(status) : nil
      }
    }
    try await withServed(decision: decision) { served in
      let store = try served.store()
      let error = await failure { try await store.land("example", ["a.yaml": "1"], options) }
      let commit = try await served.site.tip()
      #expect(error?.outcome == .unreachable, "\(error as Any)")
      #expect(error?.message.contains("accepted \(commit)") == true, "\(error as Any)")
      #expect(try await served.commits() == "2")
      hasPushed.withLock { $0 = false }
      let receipt = try await store.land("example", ["a.yaml": "1"], options)
      #expect(receipt.outcome == .unchanged)
    }
  }

  @Test("after a push was sent, so that nobody knows what became of it, names the commit")
  func unknownOutcome() async throws {
    let hasPushed = Mutex(false)
    let decision: FaultyServer.Decision = { line, _ in
      hasPushed.withLock { hasPushed in
        if Self.isPush(line) {
          hasPushed = true
          return .close
        }
        return hasPushed ? Self.answer(404) : nil
      }
    }
    try await withServed(decision: decision) { served in
      let store = try served.store()
      let error = await failure { try await store.land("example", ["a.yaml": "1"], options) }
      #expect(error?.outcome == .unreachable, "\(error as Any)")
      #expect(error?.message.contains("whether it landed is not known") == true)
      #expect(try await served.commits() == "1")
    }
  }
}
