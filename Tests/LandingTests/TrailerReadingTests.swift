import Git
import Kratix
import TestSupport
import Testing

@Suite("Trailers of commits") struct TrailerReadingTests {
  @Test("are read with either line end, and by no other line break", arguments: ["\n", "\r\n"])
  func lineEnds(end: String) throws {
    let message = [
      "Update from: a-configure-12345.worker-5058f", "", "Body\u{2028}Kratix-Pipeline: other", "",
      "Kratix-Promise: postgresql", "Kratix-Resource: default/a\u{301}", "Kratix-Pipeline: p",
      "Kratix-Destination: worker", "Statestore-Content: sha256:0", "",
    ].joined(separator: end)
    let author = Signature(name: "kratix", email: "", seconds: 0)
    let commit = Commit(
      tree: .zero, parents: [], author: author, committer: author, message: message)
    #expect(commit.subject == "Update from: a-configure-12345.worker-5058f")
    let landed = CommitMessage(reading: message)
    #expect(landed.placement == "a-configure-12345.worker-5058f")
    #expect(
      landed.owner?.resource
        == .request(promise: "postgresql", namespace: "default", name: "a\u{301}"))
    #expect(landed.owner?.pipeline == "p")
    #expect(landed.destination == "worker")
    #expect(landed.content == "sha256:0")
  }

  static let messages = [
    "Subject", "Subject\n", "Kratix-Promise: a", "Subject\n\nKratix-Promise: a\n",
    "Subject\nKratix-Promise: a\n", "Subject\n\nKratix-Promise: a\n\nA person's words.\n",
    "Subject\n\nBody\nKratix-Promise: a\n", "Subject\n\nBody: b\n\nKratix-Promise: a\nTicket: 1\n",
    "Subject\n\nKratix-Promise: a\n\n\n", "Subject\n\nKratix-Promise : a\n  b\nTicket:1\n",
    "Subject\n\nwords\nmore\nSigned-off-by: A <a@b>\nKratix-Promise: a\n",
    "Subject\n\none\ntwo\nthree\nfour\nfive\nsix\nseven\nSigned-off-by: A <a@b>\n",
    "Subject\n\nwords\nKratix-Promise: a\n", "Subject\n\n  indented\nKratix-Promise: a\n",
    "Subject\n\nKratix-Promise: a\n(cherry picked from commit 1234)\n",
    "Subject\n\nKratix Promise: a\n", "Subject\n\nKratix-Promise:\n", "Subject\n\n: a\n",
    "Subject\n\nhttps://example.com\n", "\n\nSubject\n\nKratix-Promise: a\n",
    "Subject\n\n# a comment\nKratix-Promise: a\n", "Subject\n \t \nKratix-Promise: a\n",
    "Subject\n\nKratix-Promise: a\nKratix-Promise: b\n",
  ]

  @Test("are those that git finds", arguments: messages)
  func asGit(message: String) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let found = try await git(
        "interpret-trailers", "--parse", "--no-divider", in: repository.directory,
        input: Array(message.utf8))
      let ours = Trailer.trailers(of: message).map { "\($0.key): \($0.value)".trimmedAtEnd }
      let gits = found.split(separator: "\n").map { String($0).trimmedAtEnd }
      #expect(ours == gits.filter { !$0.hasPrefix("(") }, "\(message)")
    }
  }
}

extension String {
  fileprivate var trimmedAtEnd: String { hasSuffix(" ") ? String(dropLast()) : self }
}
