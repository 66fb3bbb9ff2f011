import Foundation
import Git
import TestSupport
import Testing

@Suite struct CommitReadingTests {
  private static let tree = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
  private static let first = "parent 1111111111111111111111111111111111111111\n"
  private static let second = "parent 2222222222222222222222222222222222222222\n"
  private static let people =
    "author Ada <ada@example.com> 1795000000 +0530\ncommitter Bob <> 1795000001 -0330\n"

  private func commit(_ text: String) throws(GitError) -> Commit {
    try Commit(bytes: Array(text.utf8))
  }

  static let extraHeaders = [
    "encoding ISO-8859-1\n",
    "gpgsig -----BEGIN PGP SIGNATURE-----\n \n tree 3333333333333333333333333333333333333333\n"
      + " parent 3333333333333333333333333333333333333333\n -----END PGP SIGNATURE-----\n",
    "gpgsig-sha256 x\n author Eve <> 1 +0000\n",
    "mergetag object 3333333333333333333333333333333333333333\n type commit\n tag v1\n"
      + " tagger T <t@example.com> 1 +0000\n \n a tag\n gpgsig x\n",
    "HG:extra branch:default\n", "x-unknown\n", "x-empty \n",
  ]

  @Test(arguments: extraHeaders) func passesOverHeadersThatItDoesNotKnow(header: String) throws {
    let commit = try commit(
      Self.tree + Self.first + Self.second + Self.people + header + "\nSubject\n\nBody\n")
    #expect(commit.tree.hexadecimal.hasPrefix("4b825dc6"))
    #expect(commit.parents.map(\.abbreviated) == ["1111111", "2222222"])
    #expect(
      commit.author
        == Signature(
          name: "Ada", email: "ada@example.com", seconds: 1_795_000_000, offsetMinutes: 330))
    #expect(
      commit.committer
        == Signature(name: "Bob", email: "", seconds: 1_795_000_001, offsetMinutes: -210))
    #expect(commit.message == "Subject\n\nBody\n")
    #expect(commit.subject == "Subject")
  }

  @Test func readsACommitThatGitSigned() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let key = directory.appendingPathComponent("key").path
      let made = try await Program.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
      try #require(made.isSuccess)
      let tree = try await git("mktree", in: repository.directory)
      let id = try await git(
        "-c", "gpg.format=ssh", "-c", "user.signingKey=\(key)", "commit-tree", "-S", tree, "-m",
        "Signed", in: repository.directory)
      let database = try repository.objects()
      let commit = try database.commit(try #require(ObjectID(hexadecimal: id)))
      #expect(commit.message == "Signed\n")
      #expect(commit.author.name == "kratix")
    }
  }

  typealias Person = (line: String, name: String, email: String, seconds: Int64, zone: Int)

  static let strangePeople: [Person] = [
    ("A <a> 5 +0000", "A", "a", 5, 0), (" <> 5 +0000", "", "", 5, 0), ("<> 5 +0000", "", "", 5, 0),
    ("A<a> 5 +0000", "A", "a", 5, 0), ("A <a>", "A", "a", 0, 0), ("A <a> x y", "A", "a", 0, 0),
    ("A <a> 99999999999999999999999 +0000", "A", "a", 0, 0), ("A <a> -5 -0100", "A", "a", -5, -60),
    ("A <a <b>> 5 +0000", "A", "a <b>", 5, 0), ("A <a> 5 +99999999", "A", "a", 5, 99 * 60 + 99),
    // A mark that joins the character before it: the bytes are what counts.
    ("\u{301}A <a> 5 +0000", "\u{301}A", "a", 5, 0),
    ("A <\u{301}a> 5 +0000", "A", "\u{301}a", 5, 0),
    ("A \u{fe0f}<a> 5 +0000", "A \u{fe0f}", "a", 5, 0),
  ]

  @Test(arguments: strangePeople)
  func readsWhateverGitLetPassForAPerson(
    line: String, name: String, email: String, seconds: Int64, zone: Int
  ) throws {
    let commit = try commit(Self.tree + "author \(line)\ncommitter \(line)\n\nm\n")
    #expect(commit.author.name == name)
    #expect(commit.author.email == email)
    #expect(commit.author.seconds == seconds)
    #expect(commit.author.offsetMinutes == zone)
    #expect(commit.committer == commit.author)
  }

  static let broken = [
    "", "\n", "tree", tree, tree + "\n", tree + people.split(separator: "\n")[0] + "\n\nm",
    people + "\nm\n", "tree 4b825dc6\n" + people + "\nm\n", "tree \n" + people + "\nm\n",
    tree + "author nobody\ncommitter nobody\n\nm\n", tree + "author >a< 1 +0000\n" + people,
    "tree zb825dc642cb6eb9a060e54bf8d69288fbee4904\n" + people,
    // A history that goes on where nobody can follow is no history that ends.
    tree + "parent 1234\n" + people + "\nm\n", tree + "parent\n" + people + "\nm\n",
  ]

  @Test(arguments: broken) func refusesWhatIsNoCommit(text: String) {
    do throws(GitError) {
      _ = try commit(text)
      Issue.record("it was read")
    } catch {
      #expect(error.code == .corrupt)
    }
  }

  @Test func readsAMessageInAnotherEncodingAsWellAsItCan() throws {
    let bytes = Array((Self.tree + Self.people + "encoding ISO-8859-1\n\ncaf").utf8) + [0xE9, 10]
    #expect(try Commit(bytes: bytes).message == "caf\u{fffd}\n")
  }

  @Test func readsACommitWithoutAMessage() throws {
    #expect(try commit(Self.tree + Self.people + "\n").message == "")
    #expect(try commit(Self.tree + Self.people).message == "")
  }

  @Test(arguments: 0..<20) func survivesAnyBytes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let whole = Array(
      (Self.tree + Self.first + Self.people + Self.extraHeaders.joined() + "\nm\n").utf8)
    for _ in 0..<200 {
      do throws(GitError) {
        let commit = try Commit(bytes: whole.mutated(by: &random))
        _ = (commit.bytes, commit.subject)
      } catch {
        #expect(error.code == .corrupt)
      }
    }
  }
}
