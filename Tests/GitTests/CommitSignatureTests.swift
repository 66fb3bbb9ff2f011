import Testing

@testable import Git

@Suite("The signature of a commit")
struct CommitSignatureTests {
  private static let head = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <b> 1 +0000\n"

  @Test("comes out as it went in, and leaves what was signed")
  func roundTrip() {
    for payload in [Self.head + "\nmessage\n", Self.head + "\n", Self.head + "\n\n\n gpgsig x\n"] {
      for signature in ["one line\n", "a\n\nb\n", "a\n b\n"] {
        let commit = CommitSignature.commit(
          Array(payload.utf8), signedBy: Array(signature.utf8))
        let parts = CommitSignature(of: commit)
        #expect(String(decoding: parts.payload, as: UTF8.self) == payload)
        #expect(parts.signature.map { String(decoding: $0, as: UTF8.self) } == signature)
      }
    }
  }

  @Test(
    "is found among other headers, as git finds it",
    arguments: [
      ("\nmessage\n", nil, "\nmessage\n"), ("gpgsig a\n b\n\nm", "a\nb\n", "\nm"),
      ("gpgsig a\n \n b\nencoding x\n\nm", "a\n\nb\n", "encoding x\n\nm"),
      ("gpgsig-sha256 c\n d\ngpgsig a\n\nm", "a\n", "\nm"),
      ("mergetag x\n gpgsig y\ngpgsig a\n\nm", "a\n", "mergetag x\n gpgsig y\n\nm"),
      ("gpgsig a\ngpgsig b\n\nm", "a\nb\n", "\nm"), ("gpgsigs a\n\nm", nil, "gpgsigs a\n\nm"),
      ("\ngpgsig a\n", nil, "\ngpgsig a\n"), ("gpgsig a\n", "a\n", ""),
      ("gpgsig a", nil, "gpgsig a"),
    ] as [(String, String?, String)])
  func headers(_ rest: String, _ signature: String?, _ payload: String) {
    let parts = CommitSignature(of: Array((Self.head + rest).utf8))
    #expect(parts.signature.map { String(decoding: $0, as: UTF8.self) } == signature)
    #expect(String(decoding: parts.payload, as: UTF8.self) == Self.head + payload)
  }
}
