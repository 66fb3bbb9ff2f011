import Testing

@testable import Verification

/// What is shown of a file with a finding, with a mark below the place.
private func drawn(_ text: String, line: Int, column: Int?, context: Int = 1) -> String? {
  var finding = Finding(rule: .fieldMismatch, severity: .error, file: "a.yaml", line: line)
  finding.column = column
  let lines = VisibleLines(of: Array(text.utf8)).lines
  guard let excerpt = Excerpt(of: finding, in: lines, context: context) else { return nil }
  return excerpt.lines.flatMap { line -> [String] in
    guard line.number == excerpt.marked, excerpt.count > 0 else { return [line.text] }
    return [
      line.text,
      String(repeating: " ", count: excerpt.column - 1)
        + String(repeating: "^", count: excerpt.count),
    ]
  }.joined(separator: "|")
}

@Test(
  "An excerpt marks the value, and shows no secret",
  arguments: [
    (
      "a: 1\nspec:\n  size: 1Gi # small\nb: 2\n", 3, 9, "spec:|  size: 1Gi # small|        ^^^|b: 2"
    ),
    ("a: 1\n  - name: x\n", 2, nil, "a: 1|  - name: x|    ^^^^^^^"),
    ("\n\na: 1\n", 3, 1, "a: 1|^^^^"), ("a: 1\n", 7, 1, nil),
    ("a: 1\r\nb: 2\r\n", 1, 4, "a: 1|   ^|b: 2"),
    ("a: \u{1b}[31m1\n", 1, 4, "a: ?[31m1|   ^^^^^^"),
    ("password: hunter2\nb: 2\n", 2, 4, "password: (redacted)|b: 2|   ^"),
    ("password: |\n  hunter2\n  more\nb: 2\n", 4, 4, "  (redacted)|b: 2|   ^"),
    (
      "env:\n- name: TOKEN\n  value: hunter2\nb: 2\n", 4, 4, "  value: (redacted)|b: 2|   ^"
    ),
    // Not YAML: what follows a password's name is hidden.
    ("password:\n  hunter2\n a: [\nb: 2\n", 3, 1, "  (redacted)| a: [| ^^^^|b: 2"),
    (
      "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  key: aHVudGVyMg==\n", 5, 8,
      "data:|  key: (redacted)"
    ),
  ] as [(String, Int, Int?, String?)])
func excerpts(text: String, line: Int, column: Int?, shown: String?) {
  let found = drawn(text, line: line, column: column)
  #expect(found?.contains("hunter2") != true && found?.contains("aHV") != true)
  #expect(found == shown)
}
