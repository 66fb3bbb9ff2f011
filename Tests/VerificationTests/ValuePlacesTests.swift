import Testing

@testable import Verification

@Suite("Values that may be a resource's own")
struct ValuePlacesTests {
  @Test(
    "Texts alone after a key, comments and encoded lines are taken; what YAML or rules could read otherwise is not",
    arguments: [
      // Texts.
      ("a: \"app_1\"", ["app_1"]), ("  - a_b.c/d: \"x\"", ["x"]), ("a: app_12", ["app_12"]),
      ("a: app_12   ", ["app_12"]), ("a: 0hello", ["0hello"]), ("a: 9f3kz", ["9f3kz"]),
      // Numbers, words, quantities.
      ("a: 12", []), ("a: 1e6", []), ("a: 0x1f", []), ("a: 0o17", []), ("a: true", []),
      ("a: \"10Gi\"", []), ("a: \"12\"", []), ("a: .inf", []), ("a: \"\"", []), ("a:", []),
      // Keys whose values name objects, and what is no key.
      ("name: \"app_12\"", []), ("apiVersion: example/v1", []), ("a b: \"app\"", []),
      ("a:\"app\"", []), (": \"app\"", []), ("app_12", []), ("- app_12", []), ("", []),
      // Signs with a meaning in YAML, and placeholders.
      ("a: \"b{c}\"", []), ("a: \"b\\n\"", []), ("a: *anchor", []), ("a: 'app_12'", []),
      ("a: \"PlaceHolder1\"", []), ("a: \"zq-1\"", []), ("a: \"azqvalue\"", []),
      ("a: \"pzq\"", ["pzq"]),
      // Comments.
      ("# for team-1, app_1", ["for team-1, app_1"]), ("a: \"b\" # c", ["b", "c"]),
      ("a: \"b # c\"", []), ("#c", []), ("a: \"b\" # {c}", []), ("# ", []),
      // SOPS.
      (
        "a: ENC[AES256_GCM,data:ab==,iv:cd=,tag:ef,type:str]", ["ab==", "cd=", "ef"]
      ),
      ("a: ENC[AES256_GCM,data:ab,iv:cd,tag:ef]", []),
      ("a: ENC[AES256_GCM,data:,iv:cd,tag:ef,type:str]", []),
      ("a: ENC[AES256_GCM,]", []), ("a: ENC[AES256_GCM,data:a,iv:b,tag:c,]", []),
    ])
  func values(line: String, taken: [String]) {
    #expect(values(of: line) == taken)
  }

  @Test("A long encoded line is taken, and with it the lines that continue it")
  func encoded() {
    let long = String(repeating: "Qm9n", count: 16)
    let text = "a: |\n  BEGIN KEY\n  \(long)\n  \(long)\n  abc=\n  END KEY\n  abc=\n\(long)\n"
    #expect(values(of: text) == [long, long, "abc="])
  }

  @Test("The places are in order, do not overlap, and leave marks in place of the values")
  func marks() {
    var values = VariableValues()
    let rest = values.take(from: Array("a: \"b\" # c\nd: \"e\"".utf8))
    #expect(values.texts.map { String(decoding: $0, as: UTF8.self) } == ["b", "c", "e"])
    #expect(
      rest.map { $0 == VariableValues.mark ? UInt8(ascii: "?") : $0 }
        == Array("a: \"?\" # ?\nd: \"?\"".utf8))
  }

  private func values(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    return ValuePlaces.all(in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
  }
}
