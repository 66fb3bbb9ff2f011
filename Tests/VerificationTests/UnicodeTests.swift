import Kratix
import Manifests
import Testing

@testable import Verification

@Suite("Text is compared and escaped by its scalars")
struct UnicodeTests {
  @Test("a name in another normal form is another object's")
  func names() throws {
    let file = try ManifestFile(
      parsing: """
        {apiVersion: v1, kind: ConfigMap, metadata: {name: "caf\\u00e9"}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: "cafe\\u0301"}}
        """, name: "a.yaml")
    let names = file.documents.flatMap(\.objects).map { ObjectName($0.identity) }
    #expect(Set(names).count == 2)
  }

  @Test(
    "a dollar sign is escaped whatever follows it",
    arguments: [("", ""), ("a", "a"), ("$", "$$"), ("a$$", "a$$$$"), ("$\u{301}", "$$\u{301}")])
  func references(text: String, escaped: String) {
    #expect(Array(ReferenceText.escaping(text).utf8) == Array(escaped.utf8))
  }
}
