import Foundation
import Git
import TestSupport
import Testing

@testable import Landing

@Suite("The history of a path")
struct HistoryTests {
  @Test("is that of git log -- PATH, through merges", arguments: 0..<24)
  func random(seed: UInt64) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      try await RandomHistory.make(seed: seed, in: repository)
      let log = try await CommitLog(
        from: git.id("main", in: repository.directory), atMost: .max,
        reading: ObjectDatabase.open(objects: repository.directory.path + "/objects"))
      let all = try await git("log", "--format=%H", "main", in: repository.directory)
      #expect(log.commits.map(\.id.hexadecimal) == all.split(separator: "\n").map(String.init))
      #expect(log.isWhole)
      let database = try ObjectDatabase.open(objects: repository.directory.path + "/objects")
      for path in RandomHistory.files + ["a", "a/b", "never"] {
        let expected = try await git(
          "log", "--format=%H", "main", "--", path, in: repository.directory
        ).split(separator: "\n").map(String.init)
        let found = try log.changes(of: [try StatePath(path)], atMost: .max, reading: database)
        // Commits of one date that do not depend on each other are in no certain order.
        #expect(Set(found.commits.map(\.id.hexadecimal)) == Set(expected), "\(path)")
        #expect(found.isWhole)
        let history = try log.histories(of: [try StatePath(path)], reading: database)
        #expect(
          try history[StatePath(path)]?.lastChange?.id.hexadecimal == expected.first, "\(path)")
      }
    }
  }

  @Test("is the same where it is fetched as it is needed", arguments: 0..<4)
  func fetched(seed: UInt64) async throws {
    try await withSite(nil) { site in
      try await RandomHistory.make(seed: seed, in: site.repository)
      let paths = try (RandomHistory.files + ["a", "a/b", "never"]).map { try StatePath($0) }
      let found = try await site.store.history.histories(
        of: paths, from: try await site.tip(), deadline: .now + .seconds(100))
      for path in paths {
        let expected = try await site.git(
          "log", "-1", "--format=%H", "main", "--", path.description,
          in: site.repository.directory)
        #expect((found[path]?.lastChange?.id.hexadecimal ?? "") == expected, "\(path)")
      }
    }
  }

  @Test("does not know directories without files, as git does not")
  func emptyTrees() async throws {
    try await withSite { site in
      let directory = site.repository.directory
      let first = try await site.tip()
      let empty = try await site.git("mktree", in: directory)
      let nested = try await site.git(
        "mktree", in: directory, input: Array("040000 tree \(empty)\tdeep\n".utf8))
      func commit(_ entry: String?, on parent: ObjectID) async throws -> ObjectID {
        let readme = try await site.git("ls-tree", first.hexadecimal, in: directory)
        let lines = ([readme] + [entry].compactMap(\.self)).joined(separator: "\n") + "\n"
        let tree = try await site.git("mktree", in: directory, input: Array(lines.utf8))
        return try #require(
          ObjectID(
            hexadecimal: try await site.git(
              "commit-tree", tree, "-p", parent.hexadecimal, "-m", "c", in: directory)))
      }
      let file = try await site.git(
        "hash-object", "-w", "--stdin", in: directory, input: Array("x".utf8))
      let filled = try await site.git(
        "mktree", in: directory, input: Array("100644 blob \(file)\tx\n".utf8))
      let path = try StatePath("place")
      func history(of tip: ObjectID) async throws -> PathHistory {
        try #require(
          try await site.store.history.histories(
            of: [path], from: tip, deadline: .now + .seconds(100))[path])
      }
      let hollow = try await commit("040000 tree \(nested)\tplace", on: first)
      let never = try await commit(nil, on: hollow)
      for tip in [hollow, never] {
        let history = try await history(of: tip)
        #expect(!history.existsAtTip)
        #expect(history.lastChange == nil && history.isWhole)
      }
      let landed = try await commit("040000 tree \(filled)\tplace", on: never)
      #expect(try await history(of: landed).lastChange?.id == landed)
      let removed = try await commit("040000 tree \(nested)\tplace", on: landed)
      let later = try await commit(nil, on: removed)
      for tip in [removed, later] {
        let history = try await history(of: tip)
        #expect(history.lastChange?.id == removed)
        #expect(history.lastPresentCommit?.id == landed)
      }
    }
  }
}
