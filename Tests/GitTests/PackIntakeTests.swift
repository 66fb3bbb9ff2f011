import Foundation
import TestSupport
import Testing

@testable import Git

@Suite struct PackIntakeTests {
  private struct Setting {
    let git: GitOracle
    let source: BareRepository
    let pack: [UInt8]
    let ids: Set<ObjectID>
    let directory: URL

    /// A pack that git made, with deltas in it.
    init(in directory: URL) async throws {
      self.directory = directory
      git = try GitOracle(in: directory)
      source = try await BareRepository(in: directory, git: git)
      var files: [String: String] = [:]
      for number in 0..<4 { files["worker/\(number).yaml"] = "number: \(number)\n" }
      let long = (0..<2000).map { "line \($0)\n" }.joined()
      files["long"] = long
      let first = try await source.commit(files)
      files["long"] = long + "one more\n"
      let second = try await source.commit(files, parent: first)
      pack = try await source.pack(second)
      ids = try await git.contentsOfPacks(in: source.directory)
    }

    func target(_ name: String = "target") throws -> (ObjectDatabase, URL) {
      let path = directory.appendingPathComponent("\(name).git")
      let repository = try Repository.createBare(at: path.path, branch: "main")
      return (repository.objects, path)
    }
  }

  @Test(arguments: [1, 7, 64, 1000, Int.max])
  func takesInWhatGitPacksInPiecesOfAnySize(piece: Int) async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let (database, path) = try setting.target()
      let intake = try PackIntake(into: database)
      var rest = setting.pack[...]
      while !rest.isEmpty {
        try intake.append(rest.prefix(piece))
        rest = rest.dropFirst(piece)
      }
      #expect(!setting.ids.contains { database.contains($0) })
      try intake.finish()
      #expect(intake.objectCount == setting.ids.count)
      #expect(setting.ids.allSatisfy { database.contains($0) })
      #expect(try await setting.git.contentsOfPacks(in: path) == setting.ids)
      try await setting.git("fsck", "--strict", in: path)
    }
  }

  static let damages: [(name: String, damage: @Sendable ([UInt8]) -> [UInt8])] = [
    ("nothing at all", { _ in [] }),
    ("another file", { _ in Array("<html>502 Bad Gateway</html>".utf8) }),
    ("the header alone", { Array($0.prefix(12)) }),
    ("a header cut short", { Array($0.prefix(7)) }),
    ("one half", { Array($0.prefix($0.count / 2)) }),
    ("no trailer", { $0.dropLast(20) }),
    ("a trailer cut short", { $0.dropLast() }),
    ("a wrong trailer", { $0.dropLast() + [($0.last ?? 0) ^ 1] }),
    ("a byte after its end", { $0 + [0] }),
    ("two packs", { $0 + $0 }),
    ("another version", { $0.replacing(at: 7, with: 9) }),
    ("more objects promised than sent", { $0.replacing(at: 11, with: $0[11] + 1) }),
    ("fewer objects promised than sent", { $0.replacing(at: 11, with: $0[11] - 1) }),
    ("four thousand million objects promised", { $0.replacing(at: 8, with: 255) }),
    ("a flipped bit in the middle", { $0.replacing(at: $0.count / 2, with: $0[$0.count / 2] ^ 4) }),
    ("a wrong type", { $0.replacing(at: 12, with: $0[12] & 0x8F | 0x50) }),
  ]

  @Test(arguments: damages.indices)
  func refusesADamagedPackAndShowsNothingOfIt(index: Int) async throws {
    let (name, damage) = Self.damages[index]
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let (database, path) = try setting.target()
      #expect(throws: GitError.self, "a pack with \(name)") {
        let intake = try PackIntake(into: database)
        try intake.append(damage(setting.pack))
        try intake.finish()
      }
      #expect(!setting.ids.contains { database.contains($0) })
      let left = try FileManager.default.contentsOfDirectory(
        atPath: path.appendingPathComponent("objects/pack").path)
      #expect(left.isEmpty, "left behind: \(left)")
    }
  }

  @Test func survivesAnyBytes() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      var random = SeededGenerator(seed: 11)
      let (database, _) = try setting.target()
      for _ in 0..<150 {
        let bytes = setting.pack.mutated(by: &random)
        guard bytes != setting.pack else { continue }
        #expect(throws: GitError.self) {
          let intake = try PackIntake(into: database)
          try intake.append(bytes)
          try intake.finish()
        }
      }
      #expect(!setting.ids.contains { database.contains($0) })
      // After all that, a whole pack is still taken.
      let intake = try PackIntake(into: database)
      try intake.append(setting.pack)
      try intake.finish()
      #expect(setting.ids.allSatisfy { database.contains($0) })
    }
  }

  @Test func aPackWithoutObjectsAddsNothing() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let (database, path) = try setting.target()
      let intake = try PackIntake(into: database)
      try intake.append(try PackWriter(NewObjects(), thin: false).pack())
      try intake.finish()
      #expect(intake.objectCount == 0)
      #expect(try await setting.git.contentsOfPacks(in: path).isEmpty)
      try await setting.git("fsck", in: path)
    }
  }

  @Test func anIntakeThatIsGivenUpLeavesNothing() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let (database, path) = try setting.target()
      do {
        let intake = try PackIntake(into: database)
        try intake.append(setting.pack.prefix(500))
      }
      let left = try FileManager.default.contentsOfDirectory(
        atPath: path.appendingPathComponent("objects/pack").path)
      #expect(left.isEmpty)
    }
  }

  @Test func aThinPackIsCompletedFromTheDatabaseAndRefusedWithoutItsBase() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let (database, _) = try setting.target()
      var new = NewObjects()
      var edits = TreeEdits()
      for number in 0..<200 {
        try edits.write(try StatePath("\(number)"), try new.add(.blob, Array("\(number)".utf8)))
      }
      let base = try new.apply(edits, to: nil, reading: database)
      try database.store(new)
      var next = NewObjects()
      var edit = TreeEdits()
      try edit.write(try StatePath("new"), try next.add(.blob, Array("new".utf8)))
      let tree = try next.apply(edit, to: base, reading: database)
      let thin = try PackWriter(next, thin: true).pack()
      let intake = try PackIntake(into: database)
      try intake.append(thin)
      try intake.finish()
      #expect(try database.tree(tree).entries.count == 201)

      let (stranger, _) = try setting.target("stranger")
      #expect(throws: GitError.self) {
        let intake = try PackIntake(into: stranger)
        try intake.append(thin)
        try intake.finish()
      }
      #expect(!stranger.contains(tree))
    }
  }

  @Test(arguments: [7, Int.max])
  func memoryTakesInWhatGitPacks(piece: Int) async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let (onDisk, _) = try setting.target()
      let database = try ObjectDatabase.inMemory()
      for target in [onDisk, database] {
        let intake = try PackIntake(into: target)
        var rest = setting.pack[...]
        while !rest.isEmpty {
          try intake.append(rest.prefix(piece))
          rest = rest.dropFirst(piece)
        }
        try intake.finish()
        #expect(intake.objectCount == setting.ids.count)
      }
      #expect(try database.ids() == setting.ids)
      for id in setting.ids {
        #expect(try database.object(id) == onDisk.object(id))
      }
      let another = try ObjectDatabase.open(database.place)
      #expect(try another.ids() == setting.ids)
    }
  }

  @Test(arguments: damages.indices)
  func memoryRefusesADamagedPack(index: Int) async throws {
    let (name, damage) = Self.damages[index]
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let database = try ObjectDatabase.inMemory()
      #expect(throws: GitError.self, "a pack with \(name)") {
        let intake = try PackIntake(into: database)
        try intake.append(damage(setting.pack))
        try intake.finish()
      }
      #expect(try database.ids().isEmpty)
    }
  }

  @Test func memorySurvivesAnyBytes() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      var random = SeededGenerator(seed: 12)
      for _ in 0..<300 {
        let bytes = setting.pack.mutated(by: &random)
        // Its digest would find the damage before anything else is read.
        guard var reader = try? PackReader(bytes, checksDigest: false),
          let objects = try? reader.objects({ _ in nil })
        else { continue }
        for (id, object) in objects { #expect(try ObjectID(of: object) == id) }
      }
    }
  }

  @Test func anIntakeEndsWhenItIsNotToGoOn() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let (database, _) = try setting.target()
      var new = NewObjects()
      for number in 0..<2_000 { try new.add(.blob, Array("\(number)".utf8)) }
      let pack = try PackWriter(new, thin: false).pack()
      do throws(GitError) {
        let intake = try PackIntake(into: database) { false }
        try intake.append(pack)
        try intake.finish()
        Issue.record("it went on")
      } catch {
        #expect(error.code == .interrupted)
      }
    }
  }
}

extension [UInt8] {
  fileprivate func replacing(at index: Int, with byte: UInt8) -> [UInt8] {
    var bytes = self
    bytes[index] = byte
    return bytes
  }
}
