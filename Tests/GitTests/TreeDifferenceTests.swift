import Foundation
import Git
import TestSupport
import Testing

@Suite struct TreeDifferenceTests {
  /// `git diff-tree -r --raw`, a line for each file, without what it calls a change of kind.
  private static func theirs(
    _ old: ObjectID, _ new: ObjectID, in repository: BareRepository
  ) async throws -> [String] {
    let output = try await repository.git.output(
      ["diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", old.hexadecimal, new.hexadecimal],
      in: repository.directory)
    let parts = output.bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return stride(from: 0, to: parts.count - 1, by: 2).map { index in
      let words = parts[index].dropFirst().split(separator: " ")
      return "\(words[0]) \(words[1]) \(words[2]) \(words[3]) \(parts[index + 1])"
    }.sorted()
  }

  private static func ours(
    _ old: ObjectID, _ new: ObjectID, in database: ObjectDatabase
  ) throws -> [String] {
    func mode(_ entry: TreeEntry?) -> String {
      let text = String(entry?.mode.rawValue ?? 0, radix: 8)
      return String(repeating: "0", count: 6 - text.count) + text
    }
    let differences = try database.differences(from: old, to: new)
    let paths = differences.map { Array($0.path.utf8) }
    #expect(paths == paths.sorted { $0.lexicographicallyPrecedes($1) })
    return differences.map { difference in
      let (old, new) = (difference.old, difference.new)
      return "\(mode(old)) \(mode(new)) \(old?.id ?? .zero) \(new?.id ?? .zero) \(difference.path)"
    }.sorted()
  }

  @Test(arguments: 1...10) func areThoseOfGitDiffTree(seed: UInt64) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      var random = SeededGenerator(seed: seed)
      let names = ["a", "a-b", "a.b", "a0", "b", "\u{e9}"]
      var versions = [FileTree()]
      for _ in 0..<12 {
        var written: [StatePath: String] = [:]
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          let path = (0...Int.random(in: 0...2, using: &random))
            .map { _ in names.randomElement(using: &random) ?? "" }
          written[try StatePath(path.joined(separator: "/"))] =
            "\(Int.random(in: 0..<3, using: &random))\n"
        }
        let removed = (versions.last?.files.keys.sorted() ?? []).shuffled(using: &random).prefix(2)
        let next = versions.last?.after(removing: Array(removed), writing: written)
        if let next { versions.append(next) }
      }
      let trees = try await git.trees(of: versions, in: repository.directory)
      let database = try repository.objects()
      for (index, old) in trees.enumerated() {
        let new = trees[(index * 7 + 3) % trees.count]
        #expect(
          try Self.ours(old, new, in: database)
            == (try await Self.theirs(old, new, in: repository)))
      }
    }
  }

  /// Names that are equal to a reader and not to Git, and kinds that are no ordinary file.
  @Test func tellNamesApartByTheirBytes() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let database = try repository.objects()
      func tree(_ entries: [(String, [UInt8], UInt8)]) throws -> ObjectID {
        let sorted = entries.sorted { $0.1.lexicographicallyPrecedes($1.1) }
        let bytes = try sorted.flatMap { mode, name, content in
          let blob = try database.store(GitObject(kind: .blob, bytes: [content]))
          return Array("\(mode) ".utf8) + name + [0] + blob.bytes
        }
        return try database.store(GitObject(kind: .tree, bytes: bytes))
      }
      let composed = Array("caf\u{e9}".utf8)
      let decomposed = Array("cafe\u{301}".utf8)
      let old = try tree([
        ("100644", composed, 1), ("100644", decomposed, 2), ("100644", [97, 0xFE], 3),
        ("100644", [97, 0xFF], 4), ("100644", [120], 5), ("120000", [121], 6), ("160000", [122], 7),
      ])
      let new = try tree([
        ("100644", composed, 1), ("100644", decomposed, 9), ("100644", [97, 0xFE], 3),
        ("100644", [97, 0xFF], 8), ("100755", [120], 5), ("100644", [121], 6), ("160000", [122], 8),
      ])
      let ours = try Self.ours(old, new, in: database)
      #expect(ours.count == 5)
      #expect(ours == (try await Self.theirs(old, new, in: repository)))
      #expect(
        try Self.ours(new, old, in: database)
          == (try await Self.theirs(new, old, in: repository)))
    }
  }

  @Test func aFileThatBecomesADirectoryGoesAndItsFilesCome() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let trees = try await git.trees(
        of: [
          FileTree(files: [try StatePath("a"): "1\n", try StatePath("b/c"): "2\n"]),
          FileTree(files: [try StatePath("a/x"): "1\n", try StatePath("b"): "2\n"]),
        ], in: repository.directory)
      let database = try repository.objects()
      let differences = try database.differences(from: trees[0], to: trees[1])
      #expect(differences.map(\.path) == ["a", "a/x", "b", "b/c"])
      #expect(differences.map { $0.old != nil } == [true, false, false, true])
      #expect(try database.differences(from: nil, to: trees[1]).map(\.path) == ["a/x", "b"])
      #expect(try database.differences(from: trees[1], to: nil).map(\.path) == ["a/x", "b"])
      #expect(try database.differences(from: trees[1], to: trees[1]).isEmpty)
      #expect(try database.differences(from: nil, to: nil).isEmpty)
    }
  }

  @Test func nameAllTreesOfALevelThatAreMissing() throws {
    let database = try ObjectDatabase.inMemory()
    let missing = try (1...3).map {
      let bytes = Array("100644 \($0)\0".utf8) + ObjectID.zero.bytes
      return try ObjectID(of: GitObject(kind: .tree, bytes: bytes))
    }
    let bytes = missing.enumerated().flatMap { Array("40000 \($0)\0".utf8) + $1.bytes }
    let tree = try database.store(GitObject(kind: .tree, bytes: bytes))
    do throws(GitError) {
      _ = try database.differences(from: nil, to: tree)
      Issue.record("nothing was missed")
    } catch {
      #expect(error.code == .objectMissing)
      #expect(error.objects == missing.sorted())
    }
    // Equal by name, so never opened.
    #expect(try database.differences(from: tree, to: tree).isEmpty)
  }
}
