import Manifests
import Testing

@Test func readsDocuments() throws {
  let file = try ManifestFile(parsing: "a: 1\n---\n- x\n- yes\n- 0x1F\n", name: "a.yaml")
  #expect(file.documents.map(\.root) == [["a": 1], ["x", true, 31]])
}
