import TestSupport
import Testing

@testable import Git

@Suite struct TreeTests {
  private static let id = [UInt8](repeating: 9, count: 20)

  private static func line(_ mode: String, _ name: String, id: [UInt8] = id) -> [UInt8] {
    Array("\(mode) \(name)\0".utf8) + id
  }

  static let damaged: [(String, [UInt8])] = [
    ("a mode alone", Array("100644".utf8)),
    ("a mode and a space", Array("100644 ".utf8)),
    ("no NUL", Array("100644 name".utf8)),
    ("no id", Array("100644 name\0".utf8)),
    ("an id cut short", line("100644", "name").dropLast()),
    ("a byte after the last entry", line("100644", "name") + [49]),
    ("an empty name", line("100644", "")),
    ("an empty mode", line("", "name")),
    ("digits that are not octal", line("100844", "name")),
    ("letters for a mode", line("file", "name")),
    ("a sign before the mode", line("-00644", "name")),
    ("a mode too long for its field", line("1000644", "name")),
    ("zeroes alone", [UInt8](repeating: 0, count: 64)),
    ("spaces alone", [UInt8](repeating: 32, count: 64)),
    ("a mode of every digit", [UInt8](repeating: 55, count: 4096)),
  ]

  @Test(arguments: damaged) func isRefusedWhenItIsNotWhole(what: String, bytes: [UInt8]) {
    do throws(GitError) {
      _ = try Tree(bytes: bytes)
      Issue.record("a tree with \(what) was taken")
    } catch {
      #expect(error.code == .corrupt)
    }
  }

  @Test func givesTheSameEntriesForManyNamesAsForEachAlone() throws {
    let names = ["a", "a-b", "a.b", "a0", "sub", "x"]
    let bytes = names.flatMap { Self.line($0 == "a" ? "40000" : "100644", $0) }
    let tree = try Tree(bytes: bytes)
    for wanted in [[], ["a"], ["missing"], names.reversed(), ["z", "x", "a/b", "A", "", "a"]] {
      let found = tree.entries(named: wanted.map { Array($0.utf8) })
      #expect(found == wanted.map { tree.entry(named: $0) })
    }
  }

  @Test func givesEntriesAsGitListsThem() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let blob = try await git(
        "hash-object", "-w", "--stdin", in: repository.directory, input: [1])
      let empty = try await git("mktree", in: repository.directory)
      let lines = [
        "100644 blob \(blob)\ta-b", "100755 blob \(blob)\ta.b", "120000 blob \(blob)\ta0",
        "040000 tree \(empty)\ta",
        "160000 commit \(String(repeating: "09", count: 20))\tsub", "100644 blob \(blob)\t\u{e9}",
      ].joined(separator: "\n")
      let id = try await git("mktree", in: repository.directory, input: Array(lines.utf8))
      let database = try repository.objects()
      let tree = try database.tree(try #require(ObjectID(hexadecimal: id)))
      let listed = try await git("ls-tree", "-z", id, in: repository.directory)
      let ours = tree.entries.map { entry in
        let kind = entry.mode.isDirectory ? "tree" : entry.mode == .submodule ? "commit" : "blob"
        let mode = String(entry.mode.rawValue, radix: 8)
        let padded = String(repeating: "0", count: 6 - mode.count) + mode
        return "\(padded) \(kind) \(entry.id)\t\(entry.name)\0"
      }
      #expect(ours.joined() == listed)
      for entry in tree.entries { #expect(tree.entry(named: entry.name) == entry) }
      #expect(tree.entry(named: "a-") == nil)
      #expect(tree.entry(named: "") == nil)
      #expect(tree.entry(named: "a-b\0") == nil)
      #expect(tree.entries.map(\.mode.isFile) == [true, true, false, false, false, true])
    }
  }

  @Test func findsNamesByTheirBytes() throws {
    let composed = Self.line("100644", "caf\u{e9}")
    let decomposed = Self.line("100755", "cafe\u{301}")
    let tree = try Tree(bytes: decomposed + composed)
    #expect(tree.entry(named: "caf\u{e9}")?.mode == .file)
    #expect(tree.entry(named: "cafe\u{301}")?.mode == .executable)
    let notUTF8 = try Tree(bytes: Array("100644 a".utf8) + [0xFF, 0] + Self.id)
    #expect(notUTF8.entries.map(\.name) == ["a\u{fffd}"])
    #expect(notUTF8.entry(named: "a\u{fffd}") == nil)
  }

  @Test(arguments: 0..<40) func survivesAnyBytes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let names = ["a", "a-b", "a.b", "a0", "b", "\u{e9}", "zz"]
    let whole = names.flatMap { name in
      Self.line(["100644", "40000", "120000", "160000"].randomElement(using: &random) ?? "", name)
    }
    for _ in 0..<200 {
      let bytes = whole.mutated(by: &random)
      do throws(GitError) {
        let tree = try Tree(bytes: bytes)
        let entries = tree.entries
        #expect(entries.isEmpty == tree.isEmpty)
        let places = try tree.insertionPoints(of: names)
        for place in places {
          #expect((0...bytes.count).contains(place.fileOffset))
          #expect((0...bytes.count).contains(place.directoryOffset))
        }
        var splice = TreePatch(of: tree)
        for place in places {
          splice.replace(place, with: Bool.random(using: &random) ? nil : (.file, .zero))
        }
        _ = splice.result
      } catch {
        #expect(error.code == .corrupt)
      }
    }
  }
}
