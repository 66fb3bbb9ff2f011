import Manifests
import Testing

@Suite struct DocumentTests {
  @Test(arguments: [
    ("", 0), ("# only a comment\n", 0), ("\n\n", 0), ("---\n", 1), ("a: 1\n", 1),
    ("---\na: 1\n---\nb: 1\n", 2), ("a: 1\n---\n---\nb: 1\n", 3), ("a: 1\n---\n# nothing\n", 2),
    ("a: 1\n...\n", 1), ("a: 1\n...\n---\nb: 1\n", 2), ("--- a\n", 1),
    ("a: 1\n---\u{a0}\nb: 1\n---\u{a0}\n", 3), ("a: 1\r\n---\r\nb: 2\r\n", 2),
  ])
  func everyDocumentCounts(text: String, count: Int) throws {
    let file = try ManifestFile(parsing: text, name: "test.yaml")
    #expect(file.documents.map(\.index) == Array(0..<count).map { $0 + 1 })
  }

  @Test func anObjectHasVersionAndKind() throws {
    let text = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: postgres-example, namespace: default}
      """
    let file = try ManifestFile(parsing: text, name: "test.yaml")
    let object = try #require(file.documents[0].object)
    #expect(
      object
        == ObjectIdentity(
          apiVersion: "apps/v1", kind: "Deployment", namespace: "default",
          name: "postgres-example"))
    #expect(object.group == "apps")
    #expect(object.version == "v1")
    #expect(object.description == "Deployment/postgres-example")
  }

  @Test(arguments: [
    "a: 1", "# nothing", "kind: Secret", "apiVersion: v1\nkind: ''", "apiVersion: 1\nkind: A",
    "- apiVersion: v1\n  kind: A",
  ])
  func otherDocumentsAreNoObjects(text: String) throws {
    let file = try ManifestFile(parsing: text, name: "test.yaml")
    #expect(file.objects.isEmpty)
  }

  @Test func listsAreTakenApart() throws {
    let text = """
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: v1, kind: Secret, metadata: {name: a}}
      - apiVersion: apps/v1
        kind: DeploymentList
        items: [{metadata: {name: b}}, {metadata: {name: c}}]
      - not an object
      """
    let file = try ManifestFile(parsing: text, name: "test.yaml")
    #expect(
      file.objects.map(\.identity.description) == ["Secret/a", "Deployment/b", "Deployment/c"])
    #expect(file.objects.map(\.pointer) == ["/items/0", "/items/1/items/0", "/items/1/items/1"])
    #expect(file.objects.map(\.node.position.line) == [4, 7, 7])
    for object in file.objects {
      #expect(file.documents[0].root.value(at: object.pointer) == object.node)
    }
  }

  @Test func aKindThatOnlyEndsInListIsAnObject() throws {
    let text = "{apiVersion: v1, kind: AllowList, spec: {items: []}}"
    #expect(
      try ManifestFile(parsing: text, name: "a").objects.map(\.identity.kind) == ["AllowList"])
  }

  @Test func valuesAndKeysKnowTheirPlace() throws {
    let root = try parse("# comment\na:\n  ä: [x, 'y']\n  c:\n  - d: |\n      text\n  e:\n")
    func place(_ pointer: String) -> String? { root.value(at: pointer)?.position.description }
    #expect(root.position == Position(line: 2, column: 1))
    #expect(place("/a") == "3:3")
    #expect(place("/a/ä") == "3:6")
    #expect(place("/a/ä/1") == "3:10")
    #expect(place("/a/c") == "5:3")
    #expect(place("/a/c/0/d") == "5:8")
    #expect(place("/a/e") == "7:5")
    #expect(root["a"]?.mapping?.entry("c")?.keyPosition == Position(line: 4, column: 3))
  }

  @Test func anAliasedValueStandsAtItsAnchor() throws {
    let root = try parse("a: &x {b: 1}\nc: *x\n")
    #expect(root == ["a": ["b": 1], "c": ["b": 1]])
    #expect(root["c"]?.position == Position(line: 1, column: 4))
  }

  @Test func mergeKeysAddWhatIsNotThere() throws {
    let text = """
      base: &base {a: 1, b: 2}
      more: &more {b: 3, c: 4}
      one: {<<: *base, b: 9}
      two: {b: 9, <<: [*base, *more]}
      three: {"<<": 1}
      """
    let root = try parse(text)
    #expect(root["one"] == ["a": 1, "b": 9])
    #expect(root["two"] == ["a": 1, "b": 9, "c": 4])
    #expect(root["three"] == ["<<": 1])
  }

  @Test func pointersFollowRFC6901() throws {
    let root: Node = ["a/b": ["m~n": [1, 2]], "": 3, "0": 4]
    #expect(root.value(at: "") == root)
    #expect(root.value(at: "/a~1b/m~0n/1") == 2)
    #expect(root.value(at: "/") == 3)
    #expect(root.value(at: "/0") == 4)
    for absent in ["a", "/x", "/a~1b/m~0n/2", "/a~1b/m~0n/01", "/a~1b/m~0n/-", "/a~2b"] {
      #expect(root.value(at: absent) == nil)
    }
    #expect(JSONPointer.appending("m~n", to: JSONPointer.appending("a/b", to: "")) == "/a~1b/m~0n")
  }

  @Test func encodingsReadAlike() throws {
    let text = "a: é\nb: \u{1f600}\n"
    let expected: Node = ["a": "é", "b": "\u{1f600}"]
    func units(_ isLittle: Bool) -> [UInt8] {
      Array("\u{feff}\(text)".utf16).flatMap { unit in
        let pair = [UInt8(unit >> 8), UInt8(unit & 0xff)]
        return isLittle ? pair.reversed() : pair
      }
    }
    let encodings = [
      Array(text.utf8), [0xef, 0xbb, 0xbf] + Array(text.utf8), units(true), units(false),
      Array(text.replacing("\n", with: "\r\n").utf8),
    ]
    for bytes in encodings {
      let file = try ManifestFile(parsing: bytes, name: "test.yaml")
      #expect(file.documents.map(\.root) == [expected])
    }
  }

  @Test(arguments: [
    #"{"a": [1, 2.5, "x\u00e9\/\n"], "b": null}"#,
    "{\n\t\"a\": [\n\t\t1,\n\t\t2.5,\n\t\t\"x\u{e9}/\\n\"\n\t],\n\t\"b\": null\n}\n",
    "\t{\"a\":[1,2.5,\"xé/\\n\"],\"b\":null}",
  ])
  func jsonIsReadByTheSameReader(text: String) throws {
    #expect(try parse(text) == ["a": [1, 2.5, "xé/\n"], "b": .null])
  }

  @Test func surrogatePairsOfJSONAreOneCharacter() throws {
    #expect(
      try parse(#"{"a": "\ud83d\ude00!", "b": "\\ud83d"}"#) == ["a": "\u{1f600}!", "b": #"\ud83d"#])
  }

  @Test(arguments: [
    "\u{7f}", "\u{80}", "\u{85}", "\u{9f}", "\u{2028}", "\u{2029}", "\u{feff}", "\u{fffe}",
  ])
  func jsonMayHoldWhatYAMLMayNot(character: String) throws {
    #expect(
      try parse("{\"a\": \"x\(character)y\\\\u\"}") == ["a": .init(.string("x\(character)y\\u"))])
  }

  @Test func aLargeMappingFindsItsKeys() throws {
    let text = (0..<1000).map { "k\($0): \($0)\n" }.joined()
    let root = try parse(text)
    #expect(root["k777"] == 777)
    #expect(root["k1000"] == nil)
    #expect(root.mapping?.keys.first { _ in true } == "k0")
    #expect(fault(text + "k5: 1\n")?.position == Position(line: 1001, column: 1))
  }

  @Test func equalityIgnoresPositionsAndOrderButNotBytes() throws {
    #expect(try parse("a: 1\nb: 2") == parse("{b: 2,  a: 1}"))
    #expect(try parse("a: 1\nb: 2").hashValue == parse("{b: 2,  a: 1}").hashValue)
    #expect(Node(.string("e\u{301}")) != Node(.string("\u{e9}")))
    #expect(Node(.integer(1)) != Node(.string("1")))
  }
}
