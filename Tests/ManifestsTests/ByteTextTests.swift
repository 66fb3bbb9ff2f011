import Manifests
import Testing

@Suite("Text by bytes") struct ByteTextTests {
  @Test("lines end in LF or CR LF, and in nothing else")
  func lines() {
    let text = "a\r\nb\n\r\nc\rd\u{2028}e\u{85}f\u{b}g\n\u{301}h\n"
    #expect(
      text.lines.map(String.init) == [
        "a", "b", "", "c\rd\u{2028}e\u{85}f\u{b}g", "\u{301}h", "",
      ])
  }

  @Test("a combining mark behind a separator hides nothing")
  func marks() {
    #expect("../\u{301}x".begins(with: "../"))
    #expect("a\u{301}".begins(with: "a"))
    #expect("x/\u{301}y/\u{20dd}z".parts(separatedBy: "/").count == 3)
    #expect("x\u{600}-y".ends(with: "-y"))
    #expect("a:\u{301}//b".includes(":") && !"a".includes(":") && "a".includes(""))
    #expect("-\u{301}x".dropping(prefix: "-") == "\u{301}x")
    #expect("x\u{600}-y".dropping(suffix: "-y").isSame(as: "x\u{600}"))
    #expect(!"b".ends(with: "ab") && !"b".begins(with: "ba"))
  }

  @Test("a composed and a decomposed accent are two texts, and two keys of a mapping")
  func composition() throws {
    let pair = ["caf\u{e9}", "cafe\u{301}"]
    #expect(!pair[0].isSame(as: pair[1]))
    #expect([pair[0]: 1].value(ofSame: pair[1]) == nil)
    for others in [0, 40] {
      let more = (0..<others).map { "k\($0): 0\n" }.joined()
      let file = try ManifestFile(
        parsing: more + "\(pair[0]): 1\n\(pair[1]): 2\n", name: "a.yaml")
      let root = try #require(file.documents.first?.root)
      #expect(root[pair[0]]?.integer == 1 && root[pair[1]]?.integer == 2)
      var mapping = try #require(root.mapping)
      mapping[pair[1]] = nil
      #expect(mapping[pair[0]]?.integer == 1 && mapping[pair[1]] == nil)
      mapping[pair[1]] = Node(.integer(3))
      #expect(mapping[pair[1]]?.integer == 3 && mapping.count == others + 2)
      #expect(throws: ManifestError.self) {
        try ManifestFile(parsing: more + "\(pair[1]): 1\n\(pair[1]): 2\n", name: "a.yaml")
      }
    }
  }
}
