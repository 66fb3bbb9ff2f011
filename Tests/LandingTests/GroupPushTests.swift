import Foundation
import Git
import Kratix
import Synchronization
import TestSupport
import Testing

@testable import Landing

@Suite("Writes that wait while a push is under way", .timeLimit(.minutes(4)))
struct GroupPushTests {
  /// What became of writes that were all begun at once, by their names.
  private func landAtOnce(
    _ names: [String], in store: StateStore
  ) async -> [String: Result<Receipt, LandingError>] {
    await withTaskGroup(of: (String, Result<Receipt, LandingError>).self) { group in
      for name in names {
        group.addTask {
          let result: Result<Receipt, LandingError>
          do {
            result = .success(try await store.land(name, ["a.yaml": name], options))
          } catch {
            result = .failure(LandingError(error))
          }
          return (name, result)
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  private func observed(
    _ site: Site
  ) throws -> (store: StateStore, pushes: @Sendable () -> [PushObservation]) {
    let pushes = Recorder<PushObservation>()
    let store = try Site.store(
      at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
      observer: { pushes.add($0) })
    return (store, { pushes.all })
  }

  @Test("go out together in the next, with a commit and a receipt each")
  func together() async throws {
    try await withSite { site in
      let (store, pushes) = try observed(site)
      let names = (0..<40).map { "pg-\($0)" }
      let results = await landAtOnce(names, in: store)
      let receipts = results.compactMapValues { try? $0.get() }
      #expect(receipts.count == 40)
      #expect(Set(receipts.values.compactMap { $0.placements.first?.commit }).count == 40)
      #expect(receipts.allSatisfy { $0.value.placements.first?.path == directory(of: $0.key) })
      #expect(pushes().count <= 4)
      #expect(pushes().reduce(0) { $0 + $1.writes } == 40)
      let repository = site.repository.directory
      #expect(try await site.git("rev-list", "--count", "main", in: repository) == "41")
      try await site.git("fsck", "--strict", "--no-dangling", in: repository)
    }
  }

  @Test("into one wide directory send what they change of it, and keep it in memory once")
  func wideDirectory() async throws {
    try await withSite { site in
      let count = 3_000
      let tip = try await commitRequests(count, in: site.repository)
      try await site.repository.setBranch("main", to: tip)
      let changes = try (0..<120).map {
        try Change.write(placement("request-\($0 * 7)", ["a.yaml": "\($0)"]), in: stateStore)
      }
      let recorder = Recorder<PushObservation>()
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
        observer: { recorder.add($0) })
      // A commit each, and so the directory anew for each.
      let receipt = try await store.land(options: options) { _ in changes }
      #expect(Set(receipt.placements.compactMap(\.commit)).count == 120)
      // The directory has some 110 KB, of which the ids are noise; it goes out whole twice.
      #expect(recorder.all.map(\.writes) == [1])
      #expect(recorder.all.allSatisfy { $0.bytes < 400_000 })
      #expect(await store.objects.unsavedByteCount < 1_000_000)
      await store.flushCache()
      let repository = site.repository.directory
      try await site.git("fsck", "--strict", "--no-dangling", in: repository)
      let again = try await store.land("request-7", ["a.yaml": "again"], options)
      #expect(again.outcome == .landed)
      let files = try await site.git("ls-tree", "-r", "--name-only", "main", in: repository)
      #expect(files.split(separator: "\n").count == count)
    }
  }

  @Test("land but for the one that the server refuses, which is told why")
  func refusedAlone() async throws {
    try await withSite { site in
      try site.repository.hook(
        "pre-receive",
        """
        while read old new ref; do
          git log --format=%B "$old..$new" | grep -q 'default/forbidden' || continue
          echo 'forbidden is not allowed' >&2
          exit 1
        done
        """)
      let names = (0..<5).map { "pg-\($0)" } + ["forbidden"]
      let results = await landAtOnce(names, in: site.store)
      for (name, result) in results {
        switch result {
        case .success(let receipt):
          #expect(name != "forbidden")
          #expect(receipt.outcome == .landed)
        case .failure(let error):
          #expect(name == "forbidden")
          #expect(error.outcome == .rejected)
          #expect(error.serverMessages.contains { $0.contains("forbidden is not allowed") })
        }
      }
      let count = try await site.git("rev-list", "--count", "main", in: site.repository.directory)
      #expect(count == "6")
    }
  }

  @Test("land but for the one that cannot, which is told why without a push")
  func unsafeAlone() async throws {
    try await withSite(["worker/resources/default/postgresql/clash": "a file"]) { site in
      let results = await landAtOnce(["pg-1", "clash", "pg-2", "pg-3"], in: site.store)
      for (name, result) in results where name != "clash" {
        #expect((try? result.get())?.outcome == .landed)
      }
      guard case .failure(let error) = results["clash"] else {
        Issue.record("a file was taken for a directory")
        return
      }
      #expect(error.outcome == .pathConflict)
    }
  }

  @Test("to one place go out one after another, each read back by itself")
  func onePlace() async throws {
    try await withSite { site in
      let receipts = Recorder<Receipt>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4 {
          group.addTask {
            receipts.add(try await site.store.land("example", ["a.yaml": "\(number)"], options))
          }
        }
        try await group.waitForAll()
      }
      #expect(receipts.all.count == 4)
      #expect(receipts.all.allSatisfy { $0.outcome == .landed })
      #expect(Set(receipts.all.map(\.commit)).count == 4)
      let count = try await site.git("rev-list", "--count", "main", in: site.repository.directory)
      #expect(count == "5")
    }
  }

  @Test("do not wait longer than their own deadlines, and then are not pushed")
  func ownDeadline() async throws {
    try await withSite { site in
      // Every push takes until the hook may end.
      try site.repository.hook("pre-receive", "while test -e hold; do sleep 0.01; done")
      let hold = site.repository.directory.appendingPathComponent("hold")
      try Data().write(to: hold)
      let (store, pushes) = try observed(site)
      async let first = store.land("first", ["a": "1"], options)
      try await until { await store.queue.batch != nil }
      let error = await failure {
        try await store.land("second", ["a": "2"], LandingOptions(deadline: .now))
      }
      #expect(error?.outcome == .timedOut)
      try FileManager.default.removeItem(at: hold)
      #expect(try await first.outcome == .landed)
      #expect(pushes().map(\.writes) == [1])
      let listed = try await site.git(
        "ls-tree", "-r", "--name-only", "main", in: site.repository.directory)
      #expect(!listed.contains("second"))
    }
  }

  @Test("are left out when they are cancelled, and a push that nobody waits for ends")
  func cancelled() async throws {
    try await withSite { site in
      try site.repository.hook("pre-receive", "while test -e hold; do sleep 0.01; done; exit 1")
      let hold = site.repository.directory.appendingPathComponent("hold")
      try Data().write(to: hold)
      let write = Task { try await site.store.land("first", ["a": "1"], options) }
      try await until { await site.store.queue.batch != nil }
      write.cancel()
      let error = await failure { try await write.value }
      #expect(error?.outcome == .timedOut)
      try await until { await site.store.queue.batch == nil }
      try FileManager.default.removeItem(at: hold)
    }
  }
}

/// What was told, in order.
final class Recorder<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  var all: [Value] { values.withLock { $0 } }

  func add(_ value: Value) { values.withLock { $0.append(value) } }
}

/// A commit that holds so many requests of one file, made in one go.
private func commitRequests(_ count: Int, in repository: BareRepository) async throws -> ObjectID {
  let files = (0..<count).map { number in
    "M 100644 inline \(directory(of: "request-\(number)"))/a.yaml\ndata 1\nx\n"
  }
  let commit = "commit refs/heads/made\ncommitter a <> 1795000000 +0000\ndata 4\nmade\n"
  try await repository.git(
    "fast-import", "--quiet", in: repository.directory, input: Array((commit + files.joined()).utf8)
  )
  return try await repository.git.id("made", in: repository.directory)
}
