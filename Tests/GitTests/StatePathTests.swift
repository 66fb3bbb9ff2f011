import Foundation
import Git
import TestSupport
import Testing

@Suite struct StatePathTests {
  static let gitInDisguise = [
    ".git", ".GIT", ".Git", ".gIt/config", "a/.git/b", "a/.git",
    // Code points that HFS+ ignores, in every place.
    ".g\u{200c}it", "\u{200d}.git", ".git\u{feff}", ".\u{202e}g\u{206f}i\u{200f}t", ".GI\u{200e}T",
    "\u{202a}\u{200c}.git",
    // NTFS: short names, dots and spaces at the end, streams.
    "git~1", "GIT~1", "Git~1/x", ".git.", ".git ", ".git . .", ".git...", "git~1.", "git~1 ",
    ".git::$INDEX_ALLOCATION", ".git:stream", ".git :x", "git~1:x", ".git:",
    // A mark after the colon makes one character of both, and two bytes for NTFS.
    ".git:\u{301}", ".git:\u{fe0f}", "git~1:\u{301}", ".git :\u{20dd}x",
    // Both at once.
    ".g\u{200c}it.", "\u{feff}git~1",
  ]

  @Test(arguments: gitInDisguise) func refusesGitInEveryDisguise(text: String) {
    #expect(throws: UnsafePath.self) { try StatePath(text) }
    #expect(throws: UnsafePath.self) { try StatePath("worker").appending(text) }
  }

  static let unsafe = [
    "", "/", "/a", "a/", "a//b", "//a", "a/b/", "//",
    ".", "..", "./a", "a/.", "a/./b", "../a", "a/..", "a/../b", "a/../../b",
    "a\\b", "..\\a", "\\", "C:\\a",
    "a\0b", "\0", "a\nb", "a\r", "a\tb", "\u{1}", "a\u{1b}[31m", "a\u{7f}", "a\u{85}b", "\u{9f}",
    // Composed differently: e and an accent, the Angstrom sign, Hangul letters, marks in disorder.
    "cafe\u{301}", "\u{212b}", "\u{1112}\u{1161}", "a\u{301}\u{323}", "dir\u{340}/x",
    // A mark after a slash makes one character of both, and a slash for Git.
    "/\u{301}a", "a/\u{301}/../b", "a//\u{301}",
    String(repeating: "n", count: 256), "a/" + String(repeating: "n", count: 256) + "/b",
    String(repeating: "\u{20ac}", count: 86),
    String(repeating: "a/", count: 2048) + "a",
  ]

  @Test(arguments: unsafe) func refusesWhatIsNotSafeToWrite(text: String) {
    #expect(throws: UnsafePath.self) { try StatePath(text) }
    #expect(throws: UnsafePath.self) { try StatePath.root.appending(text) }
  }

  static let safe = [
    "a", "worker/resources/default/postgresql/postgres-example/instance-configure/5058f/x.yaml",
    "dependencies/kratix-canary-namespace.yaml", ".kratix/default-x.yaml", ".gitignore",
    ".gitkeep", ".github/workflows/a.yml", "git", "git~2", "git~10", "agit~1", ".gitx", "x.git",
    ".git-a", ".gi",
    "...", "..a", "a..", ".a", "a.", "a b", " ", "a:b", "-", "--force", "~", "~root", "*", "?",
    "$x",
    "README.md", "a\"b", "a'b", "a|b", "con", "aux.txt", "HEAD", "refs/heads/main",
    "caf\u{e9}.yaml", "\u{65e5}\u{672c}\u{8a9e}", "\u{1f600}/\u{1f468}\u{200d}\u{1f469}", "\u{c5}",
    "\u{301}", "a/\u{301}b", "\u{d55c}", "x\u{200c}y", ".g\u{131}t", ".g\u{130}t",
    String(repeating: "n", count: 255), String(repeating: "\u{20ac}", count: 85),
    String(repeating: "a/", count: 2047) + "aa",
  ]

  @Test(arguments: safe) func takesOrdinaryNamesAsTheyAre(text: String) throws {
    let path = try StatePath(text)
    #expect(Array(path.description.utf8) == Array(text.utf8))
    #expect(path.components.joined(separator: "/") == text)
  }

  /// One tree for each name, as `git fsck --strict` judges it: what it refuses, we refuse.
  @Test func refusesWhateverGitCallsATreeError() async throws {
    let names =
      Self.gitInDisguise + Self.unsafe + Self.safe
    let single = Set(names.filter { !$0.utf8.contains(UInt8(ascii: "/")) && !$0.contains("\0") })
      .filter { !$0.isEmpty }
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let database = try repository.objects()
      let blob = try database.store(GitObject(kind: .blob, bytes: []))
      var trees: [String: String] = [:]
      for name in single {
        let tree = GitObject(
          kind: .tree, bytes: Array("100644 \(name)\0".utf8) + blob.bytes)
        // libgit2 checks some names itself and lets others through.
        let text = try await git(
          "hash-object", "--literally", "-t", "tree", "-w", "--stdin", in: repository.directory,
          input: tree.bytes)
        trees[text] = name
      }
      let output = try await Program.run(
        "git", ["fsck", "--strict", "--no-dangling"], in: repository.directory,
        environment: git.environment)
      #expect(!output.isSuccess)
      var refused = 0
      for line in (output.errors + output.text).split(separator: "\n")
      where line.contains(" in tree ") || line.contains(" tree ") {
        guard let name = trees.first(where: { line.contains($0.key) })?.value else { continue }
        refused += 1
        #expect(throws: UnsafePath.self, "git says: \(line)") { try StatePath(name) }
      }
      #expect(refused >= 20, "git fsck must have seen the trees:\n\(output.errors)")
    }
  }

  @Test func namesThePathPrintably() {
    do throws(UnsafePath) {
      _ = try StatePath("worker/a\u{1b}[31m\nb")
      Issue.record("the path was taken")
    } catch {
      #expect(error.path == "worker/a\u{1b}[31m\nb")
      #expect(error.description.contains("worker/a\\u{1b}[31m\\u{a}b"))
      #expect(error.description.contains("control character"))
    }
  }

  @Test func knowsItsPlaceAmongOthers() throws {
    let path = try StatePath("a/b/c")
    #expect(path.name == "c")
    #expect(path.parent == (try StatePath("a/b")))
    #expect(StatePath.root.parent == nil)
    #expect(StatePath.root.name == nil)
    #expect(StatePath.root.description == "")
    #expect(try StatePath.root.appending("a/b/c") == path)
    #expect(try StatePath("a").appending("b/c") == path)
    #expect(path.isInside(.root))
    #expect(path.isInside(path))
    #expect(path.isInside(try StatePath("a/b")))
    #expect(try !path.isInside(StatePath("a/b/cc")))
    #expect(try !StatePath("a/bc").isInside(StatePath("a/b")))
  }

  @Test func isOrderedNameByName() throws {
    let ordered = try ["a", "a/x", "a/x/y", "a-b", "a.b/c", "a0", "b", "\u{e9}"].map {
      try StatePath($0)
    }
    #expect(ordered.shuffled().sorted() == ordered)
  }
}
