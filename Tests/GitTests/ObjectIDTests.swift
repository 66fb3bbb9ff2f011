import Foundation
import Git
import TestSupport
import Testing

@Suite struct ObjectIDTests {
  private static let tree =
    Array("100644 a\0".utf8) + [UInt8](repeating: 7, count: 20)

  static let objects: [(ObjectKind, [UInt8])] = [
    (.blob, []), (.blob, Array("kind: Secret\n".utf8)), (.blob, [0, 255, 10, 13, 0]),
    (.blob, [UInt8](repeating: 65, count: 1 << 20)), (.tree, []), (.tree, tree),
    (.commit, Array("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\n".utf8)),
    (.tag, Array("object 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n".utf8)),
  ]

  @Test(arguments: objects)
  func isTheNameThatGitGives(kind: ObjectKind, bytes: [UInt8]) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let expected = try await git(
        "hash-object", "--literally", "-t", kind.rawValue, "--stdin", in: directory, input: bytes)
      #expect(try ObjectID(of: GitObject(kind: kind, bytes: bytes)).hexadecimal == expected)
    }
  }

  @Test func isReadInEitherCaseAndWrittenInLowerCase() throws {
    let text = "0123456789abcdef0123456789ABCDEF01234567"
    let id = try #require(ObjectID(hexadecimal: text))
    #expect(id.hexadecimal == text.lowercased())
    #expect("\(id)" == text.lowercased())
    #expect(id.abbreviated == "0123456")
    #expect(ObjectID(bytes: id.bytes) == id)
    #expect(ObjectID.zero.bytes == [UInt8](repeating: 0, count: 20))
  }

  @Test(arguments: [
    "", "0", String(repeating: "0", count: 39), String(repeating: "0", count: 41),
    String(repeating: "0", count: 64), String(repeating: "g", count: 40),
    " " + String(repeating: "0", count: 39), String(repeating: "0", count: 38) + "\u{e9}",
    String(repeating: "0", count: 39) + "\n", "+" + String(repeating: "0", count: 39),
  ])
  func isNothingElseThanFortyDigits(text: String) {
    #expect(ObjectID(hexadecimal: text) == nil)
  }

  @Test(arguments: [0, 19, 21, 32]) func isNothingElseThanTwentyBytes(count: Int) {
    #expect(ObjectID(bytes: [UInt8](repeating: 1, count: count)) == nil)
  }

  @Test func isOrderedByItsBytes() throws {
    var random = SeededGenerator(seed: 1)
    let ids = try (0..<500).map { _ in
      // Few values, so that names differ late as well as early.
      try #require(
        ObjectID(bytes: (0..<20).map { _ in UInt8.random(in: 254...255, using: &random) }))
    }
    let byText = ids.sorted { $0.hexadecimal < $1.hexadecimal }
    #expect(ids.sorted() == byText)
  }

  @Test func isAStringInJSON() throws {
    let id = try #require(ObjectID(hexadecimal: String(repeating: "0a", count: 20)))
    let json = try JSONEncoder().encode([id])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(id)\"]")
    #expect(try JSONDecoder().decode([ObjectID].self, from: json) == [id])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([ObjectID].self, from: Data("[\"main\"]".utf8))
    }
  }
}
