/// YAML's forms, each in a few lines; every scalar is text, so that only structure counts.
///
/// Where kubectl and kustomize end documents elsewhere than YAML does, `BorderTests` says so.
enum StructureTable {
  static let texts = [
    "a", "'a'", "\"a\"", "a: b", "a: b\nc: d", "- a\n- b", "a:\n- b\n- c", "a:\n  - b\n  - c",
    "- - a\n  - b\n- c", "- a: b\n  c: d\n- e: f", "a:\n  b:\n    c: d", "{a: b, c: [d, e]}",
    "[a, [b, {c: d}], {}]", "{}", "[]", "[a, b, ]", "{a: b, }", "[a: b, c: d]", "{a, b: c}",
    "? a\n: b", "? a\n? b", "? |\n  a\n: b", "a: |\n  x\n  y\n", "a: |-\n  x\n\n", "a: |+\n  x\n\n",
    "a: |2\n   x\n  y\n", "a: >\n  x\n  y\n\n  z\n", "a: >-\n  x\n   y\n  z\n", "a: >+\n  x\n\n",
    "a: x\n  y\n  z", "a: 'x\n  y\n\n  z'", "a: \"x\n  y\\\n  z\"",
    #"a: "\t\x41\u00e9\U0001f600\N""#,
    "a: 'it''s'", "a: b # c", "a: b#c", "# c\na: b\n# d\n", "a: \"b # c\"", "--- a\n---\nb",
    "---\na: b\n...\n---\nc: d", "--- |\n  a\n---\n>\n  b", "--- {a: b}",
    "a: &x b\nc: *x", "a: &x [b]\nc: [*x, *x]", "&k a: b\nc: *k", "*x : b", "- &x a\n- *x : b",
    "a: !!str b", "a: ! b", "!!map {a: b}", "a: !!seq [b]", "a:b", "a: b:c", "a: http://b/c?d=e",
    "a: -b", "- -b", "a: - b", "a:\n  b\n c", "a: [b\n]", "a: [b,\n c]", "a: {b\n: c}",
    "a: {b: c\n}", "a: \"b\": c", "a: 'b' c", "a: [b] c", "a: *", "a: &", "a: @b", "a: `b", "a: %b",
    "%b", "a: {", "a: [", "a: }", "a: ]", "a: ,", "a: |x\n  b", "a: |\nb", "a: |\n  b\n c: d",
    "a:\n- b\n  - c", "a:\n - b\n- c", "- a\nb: c", "a: b\n- c", "a: b\n  c: d", " a: b\nc: d",
    "\ta: b", "a:\tb", "a: b\t", "a: \"b\tc\"", "a:\n\t- b", "{\ta:\tb\t}", "[\n\ta,\n\tb\n]",
    "a: b\r\nc: d\r\n", "a: |\r\n  b\r\n  c\r\n", "a: b\rc: d", "\u{feff}a: b",
    "a: \u{e9}\u{1f600}",
    "a: \"b\u{85}c\"", "a: b\n\n\n\nc: d\n\n", "a: ''", "a: \"\"", "'a': b", "\"a\": b", "'a' : b",
    "{\"a\":b}", "{'a':b}", "{a:b}", "{\"a\":\"b\"}", "[a,b]", "a: b\n---\n", "...\na: b",
    "a: b\n...\nc", "a: 'b", "a: \"b\\q\"", "a: \"\\ud83d\\ude00\"", "- |\n a\n- >\n b",
    "-\n  a\n-\n  b", "- - - a", "-   a: b\n    c: d", "a:   \n  b: c", "a: [&x b, *x]",
    "<<x: a", "a: {<<: {b: c}, d: e}", "<<: {b: c}\nb: d", "a: [? b : c]", "{? a : b}",
    String(repeating: "k", count: 1100) + ": a",
  ]
}
