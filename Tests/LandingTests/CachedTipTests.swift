import Foundation
import Git
import GitTransport
import TestSupport
import Testing

@testable import Landing

/// Pushes over http that use the cached tip of the branch without asking the server first.
@Suite("A push to a branch that nobody else pushes to", .timeLimit(.minutes(4)))
struct CachedTipTests {
  /// A bare repository behind a real server that keeps a log of its requests.
  private struct Served {
    let site: Site
    let url: String
    let log: URL

    func store(endsSoon: Bool = false) throws -> StateStore {
      let remote = Remote(
        url: try RemoteURL(url), credentials: .none, options: TransportOptions(),
        logger: silentLogger)
      return StateStore(
        StateStoreDescription(name: "default", url: url, branch: "main"), remote: remote,
        cache: site.cache, endsSoon: endsSoon, logger: silentLogger)
    }

    /// The requests of a body, without the server's answers.
    func requests(of body: () async throws -> Void) async throws -> [String] {
      let before = try lines().count
      try await body()
      return try lines().dropFirst(before).map { line in
        line.split(separator: " ").prefix(2).joined(separator: " ")
          .replacing(site.repository.directory.lastPathComponent, with: "state.git")
      }
    }

    private func lines() throws -> [Substring] {
      try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    }
  }

  private static let asked = [
    "GET /state.git/info/refs", "POST /state.git/git-receive-pack",
    "POST /state.git/git-upload-pack",
  ]
  private static let unasked = [
    "POST /state.git/git-receive-pack", "POST /state.git/git-upload-pack",
  ]

  private func withServed(_ body: (Served) async throws -> Void) async throws {
    try await withSite(["worker/resources/default/postgresql/x/y/12345/a": "x"]) { site in
      var serving = SmartHTTPServer.Options()
      let log = site.directory.appendingPathComponent("access.log")
      try Data().write(to: log)
      serving.accessLog = log
      let root = site.repository.directory.deletingLastPathComponent()
      try await SmartHTTPServer.with(root: root, git: site.git, options: serving) { base in
        let url = "\(base)/\(site.repository.directory.lastPathComponent)"
        try await body(Served(site: site, url: url, log: log))
      }
    }
  }

  /// Two writes, after which the third does not ask; each with a state store of its own.
  private func prepare(_ served: Served) async throws {
    for number in 1...2 {
      let store = try served.store()
      _ = try await store.land("example", ["a.yaml": "\(number)"], options)
      await store.flushCache()
    }
  }

  @Test("saves the question what it names, from the third one on, and in the next process")
  func saved() async throws {
    try await withServed { served in
      try await prepare(served)
      let store = try served.store()
      for number in 3...4 {
        let requests = try await served.requests {
          let receipt = try await store.land("example", ["a.yaml": "\(number)"], options)
          #expect(receipt.outcome == .landed)
          #expect(try await served.site.tip() == receipt.commit)
        }
        #expect(requests == Self.unasked)
      }
      let count = try await served.site.git(
        "rev-list", "--count", "main", in: served.site.repository.directory)
      #expect(count == "5")
    }
  }

  @Test("that somebody else pushed to meanwhile goes on top of theirs, and asks the next time")
  func staleTip() async throws {
    try await withServed { served in
      try await prepare(served)
      let other = try served.site.anotherStore()
      _ = try await other.land("other", ["b.yaml": "theirs"], options)
      let store = try served.store()
      let receipt = try await store.land("example", ["a.yaml": "3"], options)
      #expect(receipt.outcome == .landed)
      #expect(receipt.attempts == 1)
      let files = try await served.site.git(
        "ls-tree", "-r", "--name-only", "main", in: served.site.repository.directory)
      #expect(files.contains("other"))
      let requests = try await served.requests {
        _ = try await store.land("example", ["a.yaml": "4"], options)
      }
      #expect(requests == Self.asked)
    }
  }

  @Test("asks before it says that nothing has to be done: somebody may have undone it")
  func unchanged() async throws {
    try await withServed { served in
      try await prepare(served)
      let store = try served.store()
      #expect(try await store.land("example", ["a.yaml": "2"], options).outcome == .unchanged)
      // Back to where the branch was before.
      try await served.site.git(
        "update-ref", "refs/heads/main", "main~1", in: served.site.repository.directory)
      let receipt = try await store.land("example", ["a.yaml": "2"], options)
      #expect(receipt.outcome == .landed)
      #expect(try await served.site.tip() == receipt.commit)
    }
  }

  @Test(
    "is in the cache as soon as it is told in a process that ends soon, and later in others",
    arguments: [true, false])
  func kept(endsSoon: Bool) async throws {
    try await withServed { served in
      let store = try served.store(endsSoon: endsSoon)
      let receipt = try await store.land("example", ["a.yaml": "1"], options)
      let objects = try served.site.cache.open(for: served.url)
      #expect(objects.contains(receipt.commit) == endsSoon)
      await store.flushCache()
      #expect(try served.site.cache.open(for: served.url).contains(receipt.commit))
    }
  }

  @Test("of which the cache keeps nonsense asks", arguments: ["", "{}", "[", "{\"tip\":\"x\"}"])
  func nonsense(text: String) async throws {
    try await withServed { served in
      try await prepare(served)
      let place = served.site.cache.place(for: served.url)
      let name = try #require(
        FileManager.default.contentsOfDirectory(atPath: place).first { $0.hasPrefix("last-push") })
      try Data(text.utf8).write(to: URL(filePath: "\(place)/\(name)"))
      let store = try served.store()
      let requests = try await served.requests {
        _ = try await store.land("example", ["a.yaml": "3"], options)
      }
      #expect(requests == Self.asked)
    }
  }
}
