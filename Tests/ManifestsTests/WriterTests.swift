import Manifests
import Testing

@Suite struct WriterTests {
  @Test func yamlIsWrittenInKubernetesStyle() {
    let node: Node = [
      "a": "yes", "b": ["x", ["k": 1, "l": ["p", []]], [1, 2], [["deep": .null]]], "c": [:],
      "d": "line\nmore\n", "e": " lead\nx", "f": "\n", "g": "", "h": 1.5, "i": "- x", "j": "a: b",
      "k": "\u{1f600}\u{2028}\u{0}", "2024-01-01": "12:30", "<<": "#", "yes": "a #b", "m": "x\n\n",
      "n": "it's", "o": "--flag=1", "p": "x \ny", "q": "1Gi", "r": "'", "s": 1e21, "t": "a\tb",
    ]
    let text = #"""
      a: "yes"
      b:
      - x
      - k: 1
        l:
        - p
        - []
      - - 1
        - 2
      - - deep: null
      c: {}
      d: |
        line
        more
      e: |2-
         lead
        x
      f: "\n"
      g: ""
      h: 1.5
      i: '- x'
      j: 'a: b'
      k: "😀\u2028\x00"
      "2024-01-01": "12:30"
      "<<": '#'
      "yes": 'a #b'
      m: |+
        x

      "n": it's
      o: --flag=1
      p: "x \ny"
      q: 1Gi
      r: ''''
      s: 1e+21
      t: "a\tb"

      """#
    #expect(YAMLWriter().text(of: node) == text)
  }

  @Test func kratixStateFilesAreWrittenAsKratixWritesThem() {
    let writer = YAMLWriter()
    #expect(
      writer.text(of: ["files": ["test-path/fruit.yaml"]]) == "files:\n- test-path/fruit.yaml\n")
    #expect(writer.text(of: ["files": []]) == "files: []\n")
  }

  @Test func jsonIsWrittenCompactAndIndented() {
    let node: Node = [
      "b": [1, .null, true, 0.5, 1e-7, 1e21], "a": "\"\\\n\u{1}\u{2028}é", "c": [:],
    ]
    #expect(
      JSONWriter(sortsKeys: true).text(of: node)
        == #"{"a":"\"\\\n\u0001\u2028é","b":[1,null,true,0.5,1e-7,1e+21],"c":{}}"#)
    #expect(
      JSONWriter(isIndented: true).text(of: ["a": [1, ["b": Node(.integer(.max))]], "c": []])
        == """
        {
          "a": [
            1,
            {
              "b": 9223372036854775807
            }
          ],
          "c": []
        }
        """)
  }

  @Test func whatIsWrittenReadsBackTheSame() throws {
    var generator = NodeGenerator(seed: 1)
    for _ in 0..<3000 {
      let node = generator.node()
      let texts = [
        YAMLWriter().text(of: node), YAMLWriter(sortsKeys: true).text(of: node),
        JSONWriter().text(of: node), JSONWriter(isIndented: true).text(of: node),
      ]
      for text in texts {
        let back = try? parse(text)
        guard back != node else { continue }
        Issue.record("\(text.debugDescription) reads back as \(String(describing: back))")
        return
      }
    }
  }

  @Test func documentsAreWrittenApart() throws {
    let nodes: [Node] = [["a": "x\n\n"], "text\nlines\n", [], .null, ["b"]]
    let file = try ManifestFile(parsing: YAMLWriter().text(of: nodes), name: "test.yaml")
    #expect(file.documents.map(\.root) == nodes)
  }

  @Test func longKeysReadBack() throws {
    let node: Node = ["x": [[String(repeating: "key ", count: 400): ["a": [1]], "b": "c"]]]
    var renamed = node
    renamed.content = .mapping([String(repeating: "k", count: 3000): node])
    #expect(try parse(YAMLWriter().text(of: renamed)) == renamed)
  }
}
