import Foundation
import Git
import GitTransport
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Landing

@Suite("What is fetched after somebody else's push", .timeLimit(.minutes(5)))
struct DifferenceTests {
  /// The ways to a repository, with a real server behind each.
  enum Way: String, CaseIterable, Sendable {
    case http
    case httpVersion0
    case ssh
    case sshVersion0
    case path
  }

  /// What happens between the two writes, apart from the other writer's commit.
  enum Event: String, CaseIterable, Sendable {
    case nothing
    case collected
    case rewritten
    case cacheDeleted
  }

  private static let files = 3_000

  @Test(
    "is in proportion to it", arguments: Way.allCases,
    [[], BareRepository.filters])
  func proportion(_ way: Way, settings: [String]) async throws {
    let fetched = try await bytes(over: way, settings, .nothing)
    #expect(fetched.second > 0 && fetched.second < 10_000, "\(fetched)")
  }

  @Test(
    "is what is needed, whatever happened meanwhile", arguments: Event.allCases,
    [[], BareRepository.filters])
  func events(_ event: Event, settings: [String]) async throws {
    let fetched = try await bytes(over: .http, settings, event)
    if event == .collected { #expect(fetched.second < 10_000, "\(fetched)") }
  }

  @Test("by another process is the difference from what this one has pushed")
  func nextProcess() async throws {
    try await withServed(.path, []) { site in
      _ = try await site.store().land("pg-1", ["a.yaml": "1"], options)
      let first = try site.store()
      _ = try await first.land("pg-1", ["a.yaml": "2"], options)
      await first.flushCache()
      try await site.commitAsSomebody("pg-2", on: "main^0")
      let before = site.fetched.total
      #expect(
        try await site.store().land("pg-1", ["a.yaml": "3"], options).outcome == .landed)
      #expect(site.fetched.total - before < 10_000)
    }
  }

  @Test("elsewhere in the state store is found out without the directories there")
  func elsewhere() async throws {
    try await withServed(.http, BareRepository.filters) { site in
      let store = try site.store()
      for number in 1...4 {
        #expect(
          try await store.land("pg-1", ["a.yaml": "\(number)"], options).outcome == .landed)
        try await site.commitAsSomebody("pg-\(number)", destination: "other", on: "main^0")
      }
      let log = try await site.git("fsck", "--strict", in: site.repository.directory)
      #expect(!log.contains("error"))
    }
  }

  /// Writes, has somebody else write in the same wide directory, and writes again.
  ///
  /// - Returns: The bytes of packs that each write fetched.
  private func bytes(
    over way: Way, _ settings: [String], _ event: Event
  ) async throws -> (first: Int, second: Int) {
    try await withServed(way, settings) { site in
      let store = try site.store()
      #expect(try await store.land("pg-1", ["a.yaml": "1"], options).outcome == .landed)
      let first = site.fetched.total
      try await site.commitAsSomebody(
        "pg-2", on: event == .rewritten ? nil : "main^0")
      switch event {
      case .nothing: break
      case .collected, .rewritten:
        try await site.git("reflog", "expire", "--expire=now", "--all", in: site.served)
        try await site.git("gc", "--quiet", "--prune=now", in: site.served)
      case .cacheDeleted:
        await store.flushCache()
        try FileManager.default.removeItem(atPath: site.cache.directory)
      }
      #expect(try await store.land("pg-1", ["a.yaml": "2"], options).outcome == .landed)
      let second = site.fetched.total - first
      let root = "main:\(directory(of: "pg-1"))/a.yaml"
      #expect(try await site.git("cat-file", "blob", root, in: site.served) == "2")
      // The cache must not make a commit that the server cannot complete.
      let words = try await site.git("fsck", "--strict", in: site.served)
      #expect(!words.contains("error") && !words.contains("missing"))
      return (first, second)
    }
  }

  private struct Served {
    let served: URL
    let git: GitOracle
    let repository: BareRepository
    let cache: Cache
    let fetched: FetchedBytes
    let remote: @Sendable () throws -> Remote

    func store() throws -> StateStore {
      let description = StateStoreDescription(
        name: "default", url: served.path, branch: "main")
      return StateStore(
        description, remote: try remote(), cache: cache,
        logger: Logger(label: "test") { _ in fetched })
    }

    /// Commits one file of a placement; on nothing, with what the branch holds, for no base.
    func commitAsSomebody(
      _ name: String, destination: String = "worker", on base: String?
    ) async throws {
      var lines = "commit refs/heads/main\ncommitter x <x@example.com> 1795000001 +0000\n"
      lines += "data 7\nforeign\n"
      if let base { lines += "from refs/heads/\(base)\n" }
      let tree = try await git("rev-parse", "main^{tree}", in: served)
      if base == nil { lines = "reset refs/heads/main\n\n" + lines + "M 040000 \(tree) \n" }
      let text = "foreign-\(UUID().uuidString)\n"
      let path = "\(directory(of: name, at: destination))/a.yaml"
      lines += "M 100644 inline \(path)\ndata \(text.utf8.count)\n\(text)\n"
      try await git(
        "fast-import", "--quiet", "--force", in: served, input: Array(lines.utf8))
    }
  }

  private func withServed<Value: Sendable>(
    _ way: Way, _ settings: [String], _ body: (Served) async throws -> Value
  ) async throws -> Value {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git, settings: settings)
      try await git(
        "fast-import", "--quiet", in: repository.directory, input: Array(Self.content.utf8))
      func visit(
        _ address: String, _ credentials: Credentials = .none,
        _ options: TransportOptions = TransportOptions()
      ) async throws -> Value {
        try await body(
          Served(
            served: repository.directory, git: git, repository: repository,
            cache: Cache(directory: directory.path + "/cache"), fetched: FetchedBytes(),
            remote: {
              Remote(
                url: try RemoteURL(address), credentials: credentials, options: options,
                logger: silentLogger)
            }))
      }
      switch way {
      case .http, .httpVersion0:
        var serving = SmartHTTPServer.Options()
        serving.protocolVersion = way == .http ? 2 : 0
        return try await SmartHTTPServer.with(root: directory, git: git, options: serving) {
          try await visit("\($0)/state.git")
        }
      case .ssh, .sshVersion0:
        return try await SSHServer.with(
          in: directory, git: git, acceptsProtocolVersion: way == .ssh
        ) { server in
          try await visit(
            "ssh://\(server.user)@127.0.0.1:\(server.port)\(repository.directory.path)",
            .ssh(privateKey: Secret(server.keys.ed25519), knownHosts: server.knownHosts))
        }
      case .path:
        var options = TransportOptions()
        options.environment = git.environment
        return try await visit(repository.directory.path, .none, options)
      }
    }
  }

  /// One commit of many placements in one directory, for fast-import.
  private static let content: String = {
    var text = "commit refs/heads/main\ncommitter x <x@example.com> 1795000000 +0000\n"
    text += "data 5\nfirst\n"
    var generator = SystemRandomNumberGenerator()
    for number in 0..<files {
      let content = (0..<8).map { _ in String(generator.next() as UInt64, radix: 36) }
        .joined(separator: "\n")
      text += "M 100644 inline \(directory(of: "pg-\(number)"))/a.yaml\n"
      text += "data \(content.utf8.count)\n\(content)\n"
    }
    return text + "\n"
  }()
}

/// Adds up the bytes of packs that a state store logs.
final class FetchedBytes: LogHandler, Sendable {
  private let bytes = Mutex(0)

  var total: Int { bytes.withLock { $0 } }

  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .debug }
    set {}
  }
  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    guard let value = event.metadata?["fetch.bytes"] else { return }
    bytes.withLock { $0 += Int("\(value)") ?? 0 }
  }
}
