import Manifests
import Testing

/// A text, and where and why it is refused.
struct BadText: Sendable, CustomTestStringConvertible {
  let text: String
  let code: ManifestError.Code
  let line: Int
  let column: Int

  init(_ text: String, _ code: ManifestError.Code, _ line: Int, _ column: Int) {
    self.text = text
    self.code = code
    self.line = line
    self.column = column
  }

  var testDescription: String { String(text.prefix(40)) }
}

@Suite struct FaultTests {
  @Test(arguments: [
    BadText("a: 1\nb: 2\na: 3\n", .duplicateKey, 3, 1),
    BadText("x:\n  1: a\n  \"1\": b\n", .duplicateKey, 3, 3),
    BadText("yes: a\n'true': b\n", .duplicateKey, 2, 1),
    BadText("<<: {a: 1}\n<<: {b: 1}\n", .duplicateKey, 2, 1),
    BadText("a: {b: 1, b: 2}", .duplicateKey, 1, 11),
    BadText("? [a]\n: b\n", .invalidKey, 1, 3),
    BadText("image: {{ name }}\n", .invalidKey, 1, 9),
    BadText("~: b\n", .invalidKey, 1, 1),
    BadText("<<: 1\n", .invalidMerge, 1, 5),
    BadText("<<: [1]\n", .invalidMerge, 1, 6),
    BadText("a: *b\n", .unknownAlias, 1, 4),
    BadText("a: &x 1\n---\nb: *x\n", .unknownAlias, 3, 4),
    BadText("&x a: *x\n&y b: [*y]\nc: &z [*z]", .cyclicAlias, 3, 8),
    BadText("a: 1\n\tb: 2\n", .syntax, 2, 1),
    BadText("a: b: c\n", .syntax, 1, 5),
    BadText("a: 'b\n", .syntax, 2, 1),
    BadText("a: [1, 2\nb: 3\n", .syntax, 2, 2),
    BadText("a: @b\n", .syntax, 1, 4),
    BadText("a: 1\n b: 2\n", .syntax, 2, 3),
    BadText("äöü: 1\n---\nü: 1\nä: [\n", .syntax, 5, 1),
  ])
  func badTextIsRefusedAtItsPlace(bad: BadText) throws {
    let found = try #require(fault(bad.text))
    #expect(found.code == bad.code)
    #expect(found.position == Position(line: bad.line, column: bad.column), "\(found)")
  }

  @Test func aFaultSaysFileAndPlaceAndRemedy() {
    #expect(
      fault("a: 1\na: 2\n")?.description
        == "test.yaml:2:1: the key \"a\" is already given at line 1; keep one of them")
    #expect(
      fault("a: b: c\n")?.description
        == "test.yaml:1:5: mapping values are not allowed in this context; check the indentation, "
        + "and put a value that holds \": \" in quotes")
  }

  @Test func anAliasBombIsRefusedWithoutBeingExpanded() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...60 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    let clock = ContinuousClock()
    let time = clock.measure { #expect(fault(text)?.code == .aliasBomb) }
    #expect(time < .seconds(2))
  }

  @Test func longTextCountsWhenAliasesRepeatIt() {
    let long = String(repeating: "x", count: 1 << 20)
    let text = "a: &a \(long)\nb: [\(Array(repeating: "*a", count: 10).joined(separator: ", "))]"
    #expect(fault(text)?.code == .aliasBomb)
  }

  @Test func aliasesThatNestAreRefusedAtTheDepthLimit() {
    var text = "- &a0 x\n"
    for level in 1...200 { text += "- &a\(level) [*a\(level - 1)]\n" }
    #expect(fault(text)?.code == .tooDeep)
  }

  @Test func mergingCannotGoBeyondTheLimits() {
    var limits = Limits()
    limits.aliasedNodes = 10
    #expect(fault("a: &a {b: 1, c: 2}\nd: {<<: *a}\ne: {<<: *a}\n", limits: limits) == nil)
    #expect(
      fault("a: &a {b: 1, c: 2}\nd: [*a, *a, *a, *a]\n", limits: limits)?.code == .aliasBomb)
  }

  @Test func eachLimitHolds() {
    func limits(_ change: (inout Limits) -> Void) -> Limits {
      var limits = Limits()
      change(&limits)
      return limits
    }
    #expect(fault("a: 1", limits: limits { $0.bytes = 3 })?.code == .tooLarge)
    #expect(fault("[a, b]", limits: limits { $0.nodes = 2 })?.code == .tooLarge)
    #expect(fault("a\n---\nb\n", limits: limits { $0.documents = 1 })?.code == .tooLarge)
    #expect(fault("abcd", limits: limits { $0.scalarBytes = 3 })?.code == .tooLarge)
    #expect(fault("[[[a]]]", limits: limits { $0.depth = 2 })?.code == .tooDeep)
    #expect(fault("[[a]]", limits: limits { $0.depth = 2 }) == nil)
    #expect(fault(String(repeating: "[", count: 1_000_000))?.code == .tooDeep)
  }

  @Test(
    arguments: [
      ("a: b\nc: é".utf8 + [0xff], 2, 5), ([0x61, 0x80], 1, 2), ("a: \u{1}".utf8 + [], 1, 4),
      ([0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00, 0x00, 0xdc], 2, 1), ([0xc0, 0xaf], 1, 1),
      ([0x61, 0x00, 0x62, 0x00], 1, 2), ([0xef, 0xbb, 0xbf, 0x61, 0xff], 1, 2),
    ] as [([UInt8], Int, Int)])
  func badBytesAreRefusedAtTheirPlace(bytes: [UInt8], line: Int, column: Int) throws {
    let found = try #require(fault(bytes: bytes))
    #expect(found.code == .invalidEncoding)
    #expect(found.position == Position(line: line, column: column), "\(found)")
  }
}
