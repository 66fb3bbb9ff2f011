import Foundation
import Git
import TestSupport
import Testing

@Suite struct ObjectDatabaseTests {
  @Test(arguments: ObjectIDTests.objects)
  func givesBackWhatItWasGiven(kind: ObjectKind, bytes: [UInt8]) throws {
    let object = GitObject(kind: kind, bytes: bytes)
    let database = try ObjectDatabase.inMemory()
    #expect(!database.contains(try ObjectID(of: object)))
    let id = try database.store(object)
    #expect(id == (try ObjectID(of: object)))
    #expect(database.contains(id))
    #expect(try database.object(id) == object)
    #expect(try database.store(object) == id)
  }

  @Test func saysWhichObjectIsMissing() throws {
    let database = try ObjectDatabase.inMemory()
    let id = try ObjectID(of: GitObject(kind: .blob, bytes: [1]))
    let readings: [() throws -> Void] = [
      { _ = try database.object(id) }, { _ = try database.byteCount(of: id) },
    ]
    for read in readings {
      let error = #expect(throws: GitError.self) { try read() }
      #expect(error?.code == .objectMissing)
      #expect(error?.objects == [id])
      #expect(error?.description.contains(id.hexadecimal) == true)
    }
  }

  @Test func refusesOneKindOfObjectForAnother() throws {
    let database = try ObjectDatabase.inMemory()
    let blob = try database.store(GitObject(kind: .blob, bytes: []))
    let tree = try database.store(GitObject(kind: .tree, bytes: []))
    #expect(throws: GitError.self) { try database.tree(blob) }
    #expect(throws: GitError.self) { try database.commit(tree) }
    #expect(throws: GitError.self) { try database.blob(tree) }
    #expect(try database.blob(blob) == [])
    #expect(try database.tree(tree).isEmpty)
  }

  @Test func newObjectsAreStoredAsOnePackThatGitReads() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let objects = repository.directory.appendingPathComponent("objects")
      let database = try ObjectDatabase.open(objects: objects.path)
      var new = NewObjects()
      for number in 0..<100 { try new.add(.blob, Array("\(number)".utf8)) }
      try new.add(.blob, Array("7".utf8))
      try database.store(new)
      #expect(new.objects.count == 100)
      let packs = try FileManager.default.contentsOfDirectory(
        atPath: objects.appendingPathComponent("pack").path)
      #expect(packs.filter { $0.hasSuffix(".pack") }.count == 1)
      #expect(try await git.contentsOfPacks(in: repository.directory) == Set(new.objects.map(\.id)))
      try database.store(NewObjects())
      for object in new.objects {
        #expect(try database.byteCount(of: object.id) == object.object?.bytes.count)
      }
      // What git writes meanwhile is seen.
      let late = try await git.id(
        git("hash-object", "-w", "--stdin", in: repository.directory, input: [9, 9]),
        in: repository.directory)
      #expect(database.contains(late))
      #expect(try database.blob(late) == [9, 9])
      #expect(try database.byteCount(of: late) == 2)
    }
  }

  private func withRepository(_ body: (Repository, URL) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("state.git")
      let repository = try Repository.createBare(at: path.path, branch: "main")
      try await body(repository, path.appendingPathComponent("objects"))
    }
  }

  static let damages: [(name: String, damage: @Sendable (Data, Data) -> Data)] = [
    ("no bytes, as after a crash", { _, _ in Data() }),
    ("zeroes, as after a crash", { own, _ in Data(count: own.count) }),
    ("another object", { _, other in other }),
    ("a flipped bit", { own, _ in own.prefix(60) + [own[60] ^ 1] + own.dropFirst(61) }),
    ("noise", { own, _ in Data(own.map { $0 ^ 0x5A }) }),
  ]

  @Test(arguments: damages.indices)
  func aDamagedLooseObjectIsRefusedAndNeverTakenForMissing(index: Int) async throws {
    let (name, damage) = Self.damages[index]
    try await withRepository { _, objects in
      let directory = objects.deletingLastPathComponent()
      let git = try GitOracle(in: directory.deletingLastPathComponent())
      // As git stores it: we write packs alone.
      func store(_ bytes: [UInt8]) async throws -> ObjectID {
        let id = try await git("hash-object", "-w", "--stdin", in: directory, input: bytes)
        return try #require(ObjectID(hexadecimal: id))
      }
      let text = (0..<200).map { "line \($0)\n" }.joined()
      let own = try await store(Array(text.utf8))
      let other = try await store([1])
      func file(_ id: ObjectID) -> URL {
        let name = id.hexadecimal
        return objects.appendingPathComponent("\(name.prefix(2))/\(name.dropFirst(2))")
      }
      let bytes = damage(try Data(contentsOf: file(own)), try Data(contentsOf: file(other)))
      try FileManager.default.removeItem(at: file(own))
      try bytes.write(to: file(own))
      let reopened = try ObjectDatabase.open(objects: objects.path)
      do throws(GitError) {
        _ = try reopened.object(own)
        Issue.record("an object of \(name) was read")
      } catch {
        #expect(error.code != .objectMissing)
        #expect(error.code == .corrupt, "\(name): \(error)")
      }
    }
  }

  /// As a crash of the machine may leave a cache: the pack is there, its bytes are not.
  @Test(arguments: [0, 100, 1000]) func aPackThatWasCutShortIsRefused(length: Int) async throws {
    try await withRepository { repository, objects in
      var new = NewObjects()
      var random = SeededGenerator(seed: 5)
      for _ in 0..<20 {
        try new.add(.blob, (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) })
      }
      try repository.objects.store(new)
      let packs = objects.appendingPathComponent("pack")
      let names = try FileManager.default.contentsOfDirectory(atPath: packs.path)
      let pack = packs.appendingPathComponent(try #require(names.first { $0.hasSuffix(".pack") }))
      let bytes = try Data(contentsOf: pack)
      try FileManager.default.removeItem(at: pack)
      try bytes.prefix(length).write(to: pack)
      let reopened = try ObjectDatabase.open(objects: objects.path)
      for object in new.objects {
        #expect(throws: GitError.self) { try reopened.object(object.id) }
      }
    }
  }

  @Test func anOverlayReadsNewObjectsBeforeStoredOnes() throws {
    let database = try ObjectDatabase.inMemory()
    let stored = try database.store(GitObject(kind: .blob, bytes: [1]))
    var new = NewObjects()
    let fresh = try new.add(.blob, [2])
    let overlay = Overlay(new, over: database)
    #expect(try overlay.blob(stored) == [1])
    #expect(try overlay.blob(fresh) == [2])
    #expect(overlay.contains(stored) && overlay.contains(fresh))
    #expect(!database.contains(fresh))
    #expect(throws: GitError.self) { try overlay.blob(.zero) }
  }

  @Test func aDirectoryThatIsNotThereHoldsNothing() throws {
    let database = try? ObjectDatabase.open(objects: "/nonexistent/objects")
    #expect(database?.contains(.zero) != true)
  }
}
