import Foundation
import Git
import TestSupport
import Testing

@Suite struct CommitTests {
  private static let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

  /// What git makes of the same words, and what we make.
  private func compare(
    name: String, email: String, seconds: Int64, zone: Int, message: String, parents: Int = 0
  ) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      try await git("mktree", in: repository.directory)
      var ids: [ObjectID] = []
      for number in 0..<parents {
        ids.append(try await repository.commit([:], message: "parent \(number)"))
      }
      let sign = zone < 0 ? "-" : "+"
      let hours = String(format: "%02d%02d", abs(zone) / 60, abs(zone) % 60)
      var environment = git.environment
      for role in ["AUTHOR", "COMMITTER"] {
        environment["GIT_\(role)_NAME"] = name
        environment["GIT_\(role)_EMAIL"] = email
        environment["GIT_\(role)_DATE"] = "@\(seconds) \(sign)\(hours)"
      }
      let made = try await Program.run(
        "git",
        ["commit-tree", Self.tree, "-m", message] + ids.flatMap { ["-p", $0.hexadecimal] },
        in: repository.directory, environment: environment)
      try #require(made.isSuccess, "\(made.errors)")
      let theirs = try await git.output(
        ["cat-file", "commit", made.text], in: repository.directory
      ).bytes
      let signature = Signature(name: name, email: email, seconds: seconds, offsetMinutes: zone)
      let commit = Commit(
        tree: try #require(ObjectID(hexadecimal: Self.tree)), parents: ids, author: signature,
        committer: signature, message: message)
      #expect(
        String(decoding: commit.bytes, as: UTF8.self) == String(decoding: theirs, as: UTF8.self))
      #expect(commit.bytes == theirs)
      #expect(try Commit(bytes: theirs) == commit)
      #expect(
        try ObjectID(of: GitObject(kind: .commit, bytes: commit.bytes)).hexadecimal == made.text)
    }
  }

  static let names = [
    "kratix", "Ada Lovelace", "J\u{fc}rgen", "\u{65e5}\u{672c}", "A. B.", "\"Quoted\"", "O'Neil",
    "  padded  ", "<angle>", "a<b>c", "line\nbreak", "comma, inc.", "a\\b", "tab\there", "\ttab",
    ".,:;<>\"\\'x.,:;<>\"\\'", "bell\u{7}", "del\u{7f}", "a \u{301}b", "\u{301}a", "a.\u{301}",
    ".\u{301}a", "a:b", "cr\rlf",
  ]

  @Test(arguments: names) func namesAreWrittenAsGitWritesThem(name: String) async throws {
    try await compare(
      name: name, email: "a@example.com", seconds: 1_795_000_000, zone: 0, message: "Update")
  }

  static let emails = [
    "", " ", "a@example.com", "<a@example.com>", " a@b ", "a b@c", "no-at", "\u{e4}@example.com",
    "a@b\nc", "'a'@b", "a@b.", "\u{301}@b",
  ]

  @Test(arguments: emails) func addressesAreWrittenAsGitWritesThem(email: String) async throws {
    try await compare(
      name: "kratix", email: email, seconds: 1_795_000_000, zone: 0, message: "Update")
  }

  static let zones = [0, 60, -60, 330, -210, 345, 765, -720, 840, 1, -1, 59, -59]

  @Test(arguments: zones) func zonesAreWrittenAsGitWritesThem(zone: Int) async throws {
    try await compare(
      name: "k", email: "", seconds: 1_795_000_000, zone: zone, message: "Update")
  }

  @Test(arguments: [100_000_000, 1_795_000_000, 4_102_444_800, 253_402_300_799] as [Int64])
  func timesAreSecondsSince1970(seconds: Int64) async throws {
    try await compare(name: "k", email: "", seconds: seconds, zone: 0, message: "Update")
  }

  static let messages = [
    "Update", "Update\n", "Update\n\nKratix-Promise: postgresql\n", "a\nb\n\n", "\n\nx",
    "caf\u{e9} \u{1f600}", "crlf\r\n", "cr\r", "tab\t", " ", "\u{301}",
  ]

  @Test(arguments: messages) func messagesEndInANewline(message: String) async throws {
    try await compare(
      name: "k", email: "e@example.com", seconds: 1_795_000_000, zone: 0, message: message)
  }

  @Test(arguments: [1, 2]) func parentsAreNamedInOrder(parents: Int) async throws {
    try await compare(
      name: "k", email: "", seconds: 1_795_000_000, zone: 0, message: "m", parents: parents)
  }

  /// What no caller should ask for gives a commit that git can read all the same.
  @Test(arguments: [Int.min, -100_000, 100_000, Int.max])
  func aZoneThatNoPlaceHasIsNoCrash(zone: Int) throws {
    let signature = Signature(name: "\0\n", email: "\0", seconds: .min, offsetMinutes: zone)
    let commit = Commit(
      tree: .zero, parents: [], author: signature, committer: signature, message: "a\0b")
    #expect(!commit.bytes.contains(0))
    #expect(throws: Never.self) { try Commit(bytes: commit.bytes) }
  }

  @Test(arguments: [
    ("one", "one"), ("one\ntwo", "one"), ("one\r\ntwo", "one"),
    ("one\u{2028}still\ntwo", "one\u{2028}still"), ("", ""), ("\nx", ""),
  ])
  func theSubjectIsTheFirstLine(message: String, subject: String) {
    let signature = Signature(name: "k", email: "", seconds: 0)
    let commit = Commit(
      tree: .zero, parents: [], author: signature, committer: signature, message: message)
    #expect(commit.subject == subject)
  }
}
