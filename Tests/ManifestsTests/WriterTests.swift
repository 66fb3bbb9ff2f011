import Manifests
import Testing

@Test func smoke() throws {
  let node: Node = [
    "a": "yes", "b": ["x", ["k": 1, "l": ["p", []]], [1, 2], [["deep": nil]]], "c": [:],
    "d": "line\nmore\n", "e": " lead\nx", "f": "\n", "g": "", "h": 1.5, "i": "- x", "j": "a: b",
    "k": "\u{1F600}\u{2028}\u{0}", "2024-01-01": "12:30", "<<": "#", "yes": "a #b", "m": "x\n\n\n",
  ]
  let text = YAMLWriter().text(of: node)
  print(text)
  #expect(try ManifestFile(parsing: text, name: "w").documents[0].root == node)
  let json = JSONWriter(isIndented: true).text(of: node)
  #expect(try ManifestFile(parsing: json, name: "w").documents[0].root == node)
  #expect(Quantity("1Gi") == Quantity("1024Mi"))
  #expect(
    differences(
      between: ["spec": ["containers": [["name": "b", "limits": ["cpu": 1]]]]],
      and: ["spec": ["containers": [["name": "a"], ["name": "b", "limits": ["cpu": "1001m"]]]]]
    ).map(\.pointer) == ["/spec/containers/1/limits/cpu"])
}
