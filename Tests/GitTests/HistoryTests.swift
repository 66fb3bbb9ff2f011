import Foundation
import Git
import TestSupport
import Testing

@Suite struct HistoryTests {
  private static func store(
    _ parents: [ObjectID], at seconds: Int64, in database: ObjectDatabase, _ message: String = "m"
  ) throws -> ObjectID {
    let signature = Signature(name: "k", email: "", seconds: seconds)
    let tree = try database.store(GitObject(kind: .tree, bytes: []))
    let commit = Commit(
      tree: tree, parents: parents, author: signature, committer: signature,
      message: "\(message) \(seconds)")
    return try database.store(GitObject(kind: .commit, bytes: commit.bytes))
  }

  /// A random graph with merges and many equal times.
  private static func graph(
    _ count: Int, in database: ObjectDatabase, _ random: inout SeededGenerator
  ) throws -> [ObjectID] {
    var ids: [ObjectID] = []
    for number in 0..<count {
      let parents = Set(
        (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
          ids.suffix(8).randomElement(using: &random)
        })
      ids.append(
        try store(
          parents.sorted(), at: Int64(1_000 + number / 5), in: database, "commit \(number)"))
    }
    return ids
  }

  @Test(arguments: 1...8) func meetsTheCommitsThatGitLogMeets(seed: UInt64) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let database = try repository.objects()
      var random = SeededGenerator(seed: seed)
      let ids = try Self.graph(80, in: database, &random)
      let tips = Array(ids.suffix(3))
      let log = try await git.output(
        ["log", "--format=%H"] + tips.map(\.hexadecimal), in: repository.directory
      ).text
      let theirs = log.split(separator: "\n").compactMap { ObjectID(hexadecimal: $0) }
      var history = History(from: tips, reading: database)
      var ours: [History.Element] = []
      while let element = history.next() { ours.append(element) }
      #expect(Set(ours.map(\.id)) == Set(theirs))
      #expect(ours.count == theirs.count)
      let times = ours.map(\.commit.committer.seconds)
      #expect(times == times.sorted(by: >))
      #expect(history.missing.isEmpty)
      #expect(history.failure == nil)
    }
  }

  @Test func aLineOfEqualTimesIsWalkedInItsOrder() throws {
    let database = try ObjectDatabase.inMemory()
    var line: [ObjectID] = []
    for number in 0..<50 {
      line.append(try Self.store(line.suffix(1), at: 7, in: database, "\(number)"))
    }
    let tip = try #require(line.last)
    #expect(History(from: [tip], reading: database).map(\.id) == line.reversed())
    #expect(History(from: [tip, tip, line[10]], reading: database).map(\.id).count == 50)
  }

  @Test func endsWhereTheDatabaseIsShallow() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      var ids: [ObjectID] = []
      for number in 0..<6 {
        ids.append(
          try await repository.commit(["a": "\(number)"], parent: ids.last, message: "\(number)"))
      }
      let tip = try #require(ids.last)
      try await repository.setBranch("main", to: tip)
      try await git(
        "clone", "--quiet", "--bare", "--depth", "2", "file://\(repository.directory.path)",
        "shallow.git", in: directory)
      let database = try ObjectDatabase.open(
        objects: directory.appendingPathComponent("shallow.git/objects").path)
      var history = History(from: [tip], reading: database)
      #expect(history.next()?.id == tip)
      #expect(history.next()?.id == ids[4])
      #expect(history.next() == nil)
      #expect(history.missing == [ids[3]])
      #expect(history.failure == nil)
      #expect(history.next() == nil)
    }
  }

  @Test func saysWhichTipIsMissing() throws {
    let database = try ObjectDatabase.inMemory()
    var history = History(from: [.zero], reading: database)
    #expect(history.next() == nil)
    #expect(history.missing == [.zero])
  }

  @Test func stopsAtWhatIsNoCommitAndSaysSo() throws {
    let database = try ObjectDatabase.inMemory()
    let blob = try database.store(GitObject(kind: .blob, bytes: [1]))
    let tip = try Self.store([blob], at: 5, in: database)
    var history = History(from: [tip], reading: database)
    #expect(history.next()?.id == tip)
    #expect(history.next() == nil)
    #expect(history.failure?.code == .corrupt)
    var another = History(from: [blob], reading: database)
    #expect(another.next() == nil)
    #expect(another.failure?.code == .corrupt)
  }

  @Test func clocksThatRunBackwardsHideNoCommit() throws {
    let database = try ObjectDatabase.inMemory()
    let root = try Self.store([], at: 900, in: database)
    let late = try Self.store([root], at: 100, in: database)
    let tip = try Self.store([late, root], at: 500, in: database)
    #expect(Set(History(from: [tip], reading: database).map(\.id)) == [root, late, tip])
  }
}
