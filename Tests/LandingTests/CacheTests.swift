import Foundation
import Git
import TestSupport
import Testing

@testable import Landing

@Suite("The cache", .timeLimit(.minutes(2)))
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
      await site.store.settle()
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
      await site.store.settle()
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
        at: site.repository, cache: site.cache, surroundings: .real, git: site.git)
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
            at: site.repository, cache: site.cache, surroundings: .real, git: site.git)
          group.addTask {
            _ = try await store.land("pg-\(number)", ["a": "\(number)"], options)
            await store.settle()
          }
        }
        try await group.waitForAll()
      }
      let count = try await site.git("rev-list", "--count", "main", in: site.repository.directory)
      #expect(count == "9")
    }
  }

  @Test("is emptied when it has too many packs")
  func tooManyPacks() async throws {
    try await withSite { site in
      for number in 0..<(Cache.mostPacks / 2 + 4) {
        let store = try Site.store(
          at: site.repository, cache: site.cache, surroundings: .real, git: site.git)
        _ = try await store.land("pg-\(number)", ["a": "\(number)"], options)
        await store.settle()
      }
      #expect(try packs(site).count <= Cache.mostPacks + 2)
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
}
