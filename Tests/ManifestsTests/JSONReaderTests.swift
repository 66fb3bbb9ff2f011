import Foundation
import Manifests
import Testing

@Suite("JSON that the program has written")
struct JSONReaderTests {
  @Test("is read back the same, indented or not", arguments: UInt64(1)...20)
  func roundTrip(seed: UInt64) throws {
    var generator = NodeGenerator(seed: seed)
    for _ in 0..<40 {
      let node = generator.node(depth: 4)
      for isIndented in [false, true] {
        let text = JSONWriter(isIndented: isIndented).text(of: node)
        let read = try Node(json: Array(text.utf8), name: "test")
        #expect(read == node)
        #expect(JSONWriter(isIndented: isIndented).text(of: read) == text, "the order of keys")
        #expect(read == (try parse(text)), "the reader of manifests agrees")
      }
    }
  }

  @Test("has the escapes and numbers of every JSON writer")
  func notations() throws {
    let text = #" {"\ud83d\ude00\/\u00e4\b\f" : [ -0 , 1e3, 1.5, 9223372036854775808, 1E-2 ] } "#
    let expected: Node = [
      "\u{1f600}/\u{e4}\u{8}\u{c}": Node(
        .sequence([
          Node(.integer(0)), Node(.integer(1000)), Node(.number(1.5)),
          Node(.number(9_223_372_036_854_775_808)), Node(.number(0.01)),
        ]))
    ]
    #expect(try Node(json: Array(text.utf8), name: "test") == expected)
  }

  @Test(
    "is refused where it is cut off or no JSON",
    arguments: [
      "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}",
      "{a:1}",
      "\"", "\"\\", "\"\\u12", "\"\\ud83d\"", "\"\\ude00\"", "\"\\x41\"", "\"\u{1}\"", "tru", "nul",
      "01", "-", "1.", "1e", "+1", ".5", "1e999", "NaN", "1 2", "{\"a\":1,\"a\":2}", "'a'",
      String(repeating: "[", count: 100_000),
    ])
  func faults(text: String) {
    #expect(throws: ManifestError.self) { try Node(json: Array(text.utf8), name: "test") }
  }

  @Test("is refused where its text is not UTF-8")
  func encoding() {
    #expect(throws: ManifestError.self) {
      try Node(json: [0x22, 0xff, 0x22], name: "test")
    }
  }

  @Test("is made of any value, with sorted keys and exact integers")
  func encodedValue() throws {
    struct Value: Encodable {
      var b = [Int64.max, Int64.min]
      var a: [String: Double] = ["z": 1, "y": 0.5]
      var c: String?
    }
    let text = JSONWriter().text(of: try Node(encoding: Value()))
    #expect(
      text == #"{"a":{"y":0.5,"z":1},"b":[9223372036854775807,-9223372036854775808]}"#)
  }
}
