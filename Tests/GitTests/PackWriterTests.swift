import Foundation
import TestSupport
import Testing

@testable import Git

@Suite struct PackWriterTests {
  /// A tree with so many files in one directory, stored in a repository.
  private static func wideTree(_ count: Int, in database: ObjectDatabase) throws -> ObjectID {
    let blob = try database.store(GitObject(kind: .blob, bytes: [])).bytes
    let names = (0..<count).map { "file-\($0).yaml" }.sorted()
    let wide = names.flatMap { Array("100644 \($0)\0".utf8) + blob }
    return try ["wide", "worker"].reduce(database.store(GitObject(kind: .tree, bytes: wide))) {
      try database.store(GitObject(kind: .tree, bytes: Array("40000 \($1)\0".utf8) + $0.bytes))
    }
  }

  static let edits: [(removed: [String], written: [String])] = [
    ([], ["worker/wide/file-5000.yaml"]), ([], ["worker/wide/new.yaml"]), ([], ["worker/wide/a"]),
    (["worker/wide/file-0.yaml"], []), (["worker/wide/file-9999.yaml"], []),
    (["worker/wide/file-1.yaml"], ["worker/wide/file-1.yaml/x", "worker/wide/zz"]),
    (["worker/wide/file-10.yaml", "worker/wide/file-7777.yaml"], ["worker/wide/0", "worker/b"]),
  ]

  @Test(arguments: edits)
  func anEditInAWideDirectoryIsAPackOfSomeHundredBytes(
    removed: [String], written: [String]
  ) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let database = try repository.objects()
      let base = try Self.wideTree(10_000, in: database)
      var new = NewObjects()
      var edits = TreeEdits()
      for path in removed { edits.remove(try StatePath(path)) }
      for path in written {
        try edits.write(try StatePath(path), try new.add(.blob, Array("new \(path)".utf8)))
      }
      let tree = try new.apply(edits, to: base, reading: database)
      let pack = try PackWriter(new, thin: true).pack()
      #expect(pack.count < 700, "\(pack.count) bytes")

      // git completes the pack and finds the same ids, and so the same bytes.
      try await git(
        "index-pack", "--strict", "--fix-thin", "--stdin",
        in: repository.directory, input: pack)
      for object in new.objects {
        let bytes = try await git.output(
          ["cat-file", object.kind.rawValue, object.id.hexadecimal], in: repository.directory
        ).bytes
        #expect(bytes == object.object?.bytes)
      }
      let changed = try await git(
        "diff-tree", "-r", "--name-only", base.hexadecimal, tree.hexadecimal,
        in: repository.directory)
      #expect(
        Set(changed.split(separator: "\n").map(String.init)) == Set(removed + written))

      // A pack for a database of our own is whole.
      let whole = try await BareRepository(named: "whole.git", in: directory, git: git)
      try await git(
        "index-pack", "--stdin", in: whole.directory, input: try PackWriter(new, thin: false).pack()
      )
      let contents = try await git(
        "cat-file", "--batch-check=%(objectname)", "--batch-all-objects", in: whole.directory)
      #expect(
        Set(contents.split(separator: "\n").map(String.init))
          == Set(new.objects.map(\.id.hexadecimal)))
    }
  }

  static let sizes = [0, 1, 15, 16, 17, 127, 128, 2047, 2048, 65_535, 65_536, 1_000_000]

  @Test func objectsOfEverySizeAndKindPassGitsStrictCheck() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      var random = SeededGenerator(seed: 3)
      var new = NewObjects()
      var edits = TreeEdits()
      for size in Self.sizes {
        // Noise, which no level compresses, and zeroes, which all do.
        let noise = (0..<(size / 8 + 1)).flatMap { _ in
          withUnsafeBytes(of: random.next()) { Array($0) }
        }.prefix(size)
        try edits.write(try StatePath("noise/\(size)"), try new.add(.blob, Array(noise)))
        let zeroes = [UInt8](repeating: 0, count: size)
        try edits.write(try StatePath("zeroes/\(size)"), try new.add(.blob, zeroes))
      }
      let tree = try new.apply(edits, to: nil, reading: ObjectDatabase.inMemory())
      let signature = Signature(name: "kratix", email: "k@example.com", seconds: 1_795_000_000)
      let commit = Commit(
        tree: tree, parents: [], author: signature, committer: signature, message: "Update")
      let id = try new.add(.commit, commit.bytes)
      let tag = "object \(id)\ntype commit\ntag v1\ntagger k <k@example.com> 1 +0000\n\nv1\n"
      try new.add(.tag, Array(tag.utf8))
      let pack = try PackWriter(new, thin: true).pack()
      try await git(
        "index-pack", "--strict", "--stdin", "--check-self-contained-and-connected",
        in: repository.directory, input: pack)
      let verified = try await git.contentsOfPacks(in: repository.directory)
      #expect(verified == Set(new.objects.map(\.id)))
    }
  }

  @Test func aPackWithoutObjectsIsOneThatGitTakes() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let pack = try PackWriter(NewObjects(), thin: true).pack()
      #expect(pack.count == 32)
      try await git("index-pack", "--stdin", in: repository.directory, input: pack)
    }
  }

  @Test func aTreeMayBeADeltaAgainstAnotherNewTree() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let database = try repository.objects()
      let base = try Self.wideTree(100, in: database)
      var new = NewObjects()
      var tree = base
      for step in ["a", "b", "c"] {
        var edits = TreeEdits()
        try edits.write(try StatePath("worker/wide/\(step)"), try new.add(.blob, Array(step.utf8)))
        tree = try new.apply(edits, to: tree, reading: Overlay(new, over: database))
      }
      #expect(new.objects.filter { $0.delta != nil }.count >= 3)
      let pack = try PackWriter(new, thin: true).pack()
      try await git("index-pack", "--fix-thin", "--stdin", in: repository.directory, input: pack)
      #expect(try await git.id("\(tree):worker/wide/c", in: repository.directory) != base)
    }
  }

  @Test("of large objects comes in pieces of one size, and is whole")
  func largeObjects() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      var generator = SeededGenerator(seed: 1)
      var new = NewObjects()
      let content = (0..<400_000).flatMap { _ in Array("\(generator.next())\n".utf8) }
      let id = try new.add(.blob, content)
      for number in 0..<100 { try new.add(.blob, Array("\(number)".utf8)) }
      let writer = PackWriter(new, thin: true)
      let pieces = writer.pieces()
      var sizes: [Int] = []
      var pack: [UInt8] = []
      while let piece = try pieces.next() {
        sizes.append(piece.count)
        pack += piece
        #expect(pieces.isAtEnd == (piece.count < PackWriter.pieceByteCount))
      }
      #expect(sizes.count > 10)
      #expect(sizes.dropLast().allSatisfy { $0 < PackWriter.pieceByteCount + 64 })
      #expect(try writer.pack() == pack, "it is written anew, with the same bytes")
      try await git("index-pack", "--strict", "--stdin", in: repository.directory, input: pack)
      let size = try await git("cat-file", "-s", id.hexadecimal, in: repository.directory)
      #expect(size == "\(content.count)")
      #expect(try await git.contentsOfPacks(in: repository.directory).count == 101)
    }
  }
}

extension GitOracle {
  /// The ids of everything in the packs of a repository.
  func contentsOfPacks(in repository: URL) async throws -> Set<ObjectID> {
    let lines = try await self(
      "cat-file", "--batch-check=%(objectname)", "--batch-all-objects", in: repository)
    return Set(lines.split(separator: "\n").compactMap { ObjectID(hexadecimal: $0) })
  }
}
