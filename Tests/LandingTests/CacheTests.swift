import Foundation
import Git
import TestSupport
import Testing

@testable import Landing

@Suite("The cache", .timeLimit(.minutes(4)))
struct CacheTests {
  private func packs(_ site: Site) throws -> [URL] {
    let enumerator = FileManager.default.enumerator(atPath: site.cache.directory)
    let names = (enumerator?.allObjects ?? []).compactMap { $0 as? String }
    return names.filter { $0.hasSuffix(".pack") }
      .map { URL(fileURLWithPath: site.cache.directory).appendingPathComponent($0) }
  }

  @Test("may be deleted between two writes")
  func deleted() async throws {
    try await withSite { site in
      _ = try await site.store.land("example", ["a": "1"], options)
      await site.store.flushCache()
      try FileManager.default.removeItem(atPath: site.cache.directory)
      let receipt = try await site.store.land("example", ["a": "2"], options)
      #expect(receipt.outcome == .landed)
    }
  }

  @Test(
    "that is damaged is made anew", arguments: ["nothing", "half", "noise"])
  func damaged(how: String) async throws {
    try await withSite { site in
      _ = try await site.store.land("example", ["a": "1"], options)
      await site.store.flushCache()
      for pack in try packs(site) {
        let whole = try Data(contentsOf: pack)
        let damaged =
          switch how {
          case "nothing": Data()
          case "half": whole.prefix(whole.count / 2)
          default: Data(whole.map { $0 ^ 0x5A })
          }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: pack.path)
        try damaged.write(to: pack)
      }
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git)
      let receipt = try await store.land("example", ["a": "2"], options)
      #expect(receipt.outcome == .landed)
      #expect(try await site.tip() == receipt.commit)
    }
  }

  @Test("of one directory serves many writers at once")
  func shared() async throws {
    try await withSite { site in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          let store = try Site.store(
            at: site.repository, cache: site.cache, dependencies: .real, git: site.git)
          group.addTask {
            _ = try await store.land("pg-\(number)", ["a": "\(number)"], options)
            await store.flushCache()
          }
        }
        try await group.waitForAll()
      }
      let count = try await site.git("rev-list", "--count", "main", in: site.repository.directory)
      #expect(count == "9")
    }
  }

  @Test("stays under its bounds, and warm, over many writes")
  func staysSmall() async throws {
    try await withSite { site in
      var most = 0
      for number in 0..<90 {
        _ = try await site.store.land("pg-\(number % 7)", ["a": "\(number)"], options)
        await site.store.flushCache()
        most = max(most, try packs(site).count)
      }
      #expect(most > 7)
      #expect(most < Cache.mostPacks)
      // What is kept is what the next write needs.
      let tip = try await site.tip()
      let database = try site.cache.open(for: site.store.description.url)
      #expect(
        try Snapshot(of: tip, reading: database).entry(at: StatePath(directory(of: "pg-3"))) != nil)
    }
  }

  @Test("is emptied when it is opened with too many packs")
  func tooManyPacks() async throws {
    try await withSite { site in
      _ = try await site.store.land("pg", ["a": "1"], options)
      await site.store.flushCache()
      let pack = try #require(try packs(site).first)
      for number in 0...Cache.mostPacks {
        let copy = pack.deletingLastPathComponent().appendingPathComponent("pack-\(number).pack")
        try FileManager.default.copyItem(at: pack, to: copy)
      }
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git)
      _ = try await store.land("pg", ["a": "2"], options)
      await store.flushCache()
      #expect(try packs(site).count < 10)
    }
  }

  @Test("is opened anew when another process has put its packs together")
  func putTogetherByAnother() async throws {
    try await withSite { site in
      _ = try await site.store.land("example", ["a": "1"], options)
      await site.store.flushCache()
      let other = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git)
      _ = try await other.land("example", ["a": "2"], options)
      await other.flushCache()
      let old = try packs(site)
      try site.cache.putTogether(
        for: site.store.description.url, keeping: try await site.tip(), of: "refs/heads/main")
      #expect(try packs(site).count == 1)
      #expect(Set(try packs(site)).isDisjoint(with: old))
      for number in 3...5 {
        let receipt = try await site.store.land("example", ["a": "\(number)"], options)
        #expect(receipt.outcome == .landed)
        await site.store.flushCache()
      }
    }
  }

  @Test("that cannot be written does not keep a write from landing")
  func unwritable() async throws {
    try await withSite { site in
      // A file where the directory would have to be: root may write anywhere else.
      try Data().write(to: URL(fileURLWithPath: site.cache.directory))
      let receipt = try await site.store.land("example", ["a": "1"], options)
      #expect(receipt.outcome == .landed)
    }
  }

  /// A file where a directory would have to be: root may write anywhere else.
  private func block(_ path: String) throws {
    try? FileManager.default.removeItem(atPath: path)
    try Data().write(to: URL(fileURLWithPath: path))
  }

  @Test(
    "that takes no more objects is done without, by writes and checks", arguments: [false, true])
  func takesNoMore(hasTemporary: Bool) async throws {
    try await withSite { site in
      _ = try await site.store.land("example", ["a": "1"], options)
      await site.store.flushCache()
      let other = try site.anotherStore()
      _ = try await other.land("other", ["a": "1"], options)
      try block(site.cache.place(for: site.store.description.url) + "/objects/pack")
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git)
      if !hasTemporary { await store.objects.leaveTemporaryPlace() }
      let receipt = try await store.land("example", ["a": "2"], options)
      #expect(receipt.outcome == .landed)
      #expect(try await site.tip() == receipt.commit)
      let found = try await store.read(deadline: options.deadline) { snapshot in
        try snapshot.files(below: .root).count
      }
      #expect(found > 2)
      let parts = try await store.read(
        parts: [1, 2, 3], of: receipt.commit, deadline: options.deadline
      ) { part, snapshot in part * (try snapshot.files(below: .root).count) }
      #expect(parts == [found, 2 * found, 3 * found])
    }
  }

  @Test("may be deleted again and again while a check reads")
  func deletedMeanwhile() async throws {
    try await withSite { site in
      for number in 0..<3 {
        _ = try await site.store.land("pg-\(number)", ["a": "\(number)"], options)
      }
      let tip = try await site.tip()
      let cache = site.cache.directory
      let reader = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git)
      let files = try await reader.read(deadline: options.deadline) { snapshot in
        // Each pass reads a little further, and finds the cache gone.
        try? FileManager.default.removeItem(atPath: cache)
        return try snapshot.files(below: .root)
      }
      #expect(files.count >= 4)
      #expect(try await site.tip() == tip)
    }
  }

  @Test("is read no longer than until the deadline")
  func deadline() async throws {
    try await withSite { site in
      let receipt = try await site.store.land("example", ["a": "1"], options)
      let past = ContinuousClock.now - .seconds(1)
      for isWhole in [true, false] {
        do {
          if isWhole {
            _ = try await site.store.read(receipt.commit, deadline: past) { snapshot in
              try snapshot.files(below: .root)
            }
          } else {
            _ = try await site.store.read(parts: [1], of: receipt.commit, deadline: past) {
              try $1.files(below: .root)
            }
          }
          Issue.record("it was read")
        } catch let error as LandingError {
          #expect(error.outcome == .timedOut)
          #expect(error.message.contains("--timeout"))
        }
      }
    }
  }
}
