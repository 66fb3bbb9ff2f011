import Digests
import Manifests
import Testing

@testable import Service

@Suite("A file of tokens")
struct TokensTests {
  private static func digest(_ token: String) -> String {
    Digest.sha256(of: token.utf8).hexadecimal
  }

  private static func file(_ rest: String) -> String {
    "tokens:\n  - name: a\n    sha256: \"\(digest("a"))\"\n    role: write\n\(rest)"
  }

  private static func tokens(_ text: String) throws(ManifestError) -> Tokens {
    try Tokens(parsing: Array(text.utf8), file: "tokens.yaml")
  }

  @Test("gives a token its role and its namespace, and without the key all namespaces")
  func read() throws {
    let one = try Self.tokens(Self.file("    namespace: team-1\n")).identity(for: "a")
    #expect(one == Identity(name: "a", role: .write, namespace: "team-1"))
    let all = try Self.tokens(Self.file("")).identity(for: "a")
    #expect(all == Identity(name: "a", role: .write, namespace: nil))
    #expect(try Self.tokens(Self.file("")).identity(for: "b") == nil)
    let upper = Self.file("").replacing(Self.digest("a"), with: Self.digest("a").uppercased())
    #expect(try Self.tokens(upper).identity(for: "a") != nil)
  }

  @Test(
    "is refused where a namespace is not one, or its key is misspelt: that would give all of them",
    arguments: [
      ("namespaces: a", "5:5: tokens[0].namespaces is unknown"),
      ("Namespace: a", "5:5: tokens[0].Namespace is unknown"),
      ("nameSpace: a", "5:5: tokens[0].nameSpace is unknown"),
      ("namespace: null", "5:16: tokens[0].namespace is null"),
      ("namespace:", "tokens[0].namespace is null"),
      ("namespace: \"\"", "5:16: tokens[0].namespace must be a namespace of Kubernetes"),
      ("namespace: [a]", "5:16: tokens[0].namespace must be a namespace of Kubernetes"),
      ("namespace: 12", "5:16: tokens[0].namespace must be a namespace of Kubernetes"),
      ("namespace: A_B", "5:16: tokens[0].namespace must be a namespace of Kubernetes"),
      ("namespace: a-", "5:16: tokens[0].namespace must be a namespace of Kubernetes"),
      ("namespace: a\n    namespace: b", "6:5: "),
    ])
  func namespaces(line: String, message: String) {
    let error = #expect(throws: ManifestError.self) {
      try Self.tokens(Self.file("    \(line)\n"))
    }
    #expect(error?.description.contains(message) == true, "\(error as Any)")
    #expect(error?.description.hasPrefix("tokens.yaml:") == true)
    #expect((error?.position?.line ?? 0) >= 5, "\(error as Any)")
  }

  @Test(
    "is refused whatever else is wrong with it",
    arguments: [
      ("", "tokens is missing"), ("token: []\n", "1:1: token is unknown"),
      ("tokens: null\n", "tokens is missing"), ("tokens: {}\n", "1:9: tokens must be a list"),
      ("tokens: [a]\n", "1:10: tokens[0] must be a mapping"),
      ("tokens: []\n---\ntokens: []\n", "second document"),
      (file("  - {name: b, role: read}\n"), "5:5: tokens[1].sha256 is missing"),
      (
        file("  - {name: b, role: root, sha256: \"\(digest("b"))\"}\n"),
        "tokens[1].role must be one of"
      ),
      (
        file("  - {name: \"\", role: read, sha256: \"\(digest("b"))\"}\n"), "tokens[1].name must be"
      ),
      (
        file("  - {name: b, role: read, sha256: \"\(digest("a"))\"}\n"),
        "5:35: tokens[1].sha256 is the digest of line 3 again"
      ),
      (
        file("  - {name: b, role: read, sha256: \"+f\(digest("b").dropFirst(2))\"}\n"),
        "tokens[1].sha256 must be a SHA-256"
      ),
    ])
  func faults(text: String, message: String) {
    let error = #expect(throws: ManifestError.self) { try Self.tokens(text) }
    #expect(error?.description.contains(message) == true, "\(error as Any)")
    #expect(error?.description.contains(Self.digest("a")) == false)
  }
}
