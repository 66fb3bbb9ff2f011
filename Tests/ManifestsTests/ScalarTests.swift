import Manifests
import Testing

/// goyaml.v2 of sigs.k8s.io/yaml, resolve.go; where PyYAML differs, goyaml's reading stands here.
@Suite struct ScalarTests {
  @Test(arguments: [
    ("y", true), ("Y", true), ("yes", true), ("Yes", true), ("YES", true), ("on", true),
    ("On", true), ("ON", true), ("true", true), ("True", true), ("TRUE", true), ("n", false),
    ("N", false), ("no", false), ("No", false), ("NO", false), ("off", false), ("Off", false),
    ("OFF", false), ("false", false), ("False", false), ("FALSE", false),
  ])
  func wordsOfYAML11AreBooleans(text: String, value: Bool) throws {
    #expect(try parse("- " + text)[0]?.content == .boolean(value))
  }

  @Test(arguments: ["", "~", "null", "Null", "NULL"])
  func theseAreNull(text: String) throws {
    #expect(try parse("- " + text)[0]?.content == .null)
  }

  @Test(
    arguments: [
      ("0", 0), ("7", 7), ("-7", -7), ("+7", 7), ("1_000", 1000), ("0x1F", 31), ("0X1f", 31),
      ("-0x10", -16), ("0o17", 15), ("0O17", 15), ("017", 15), ("-017", -15), ("0b101", 5),
      ("-0b101", -5), ("08", 8), ("1.0", 1), ("1e3", 1000), ("1.", 1), ("-0", 0), ("-0.0", 0),
      ("9223372036854775807", .max), ("-9223372036854775808", .min), ("0x7fffffffffffffff", .max),
      ("1__0", 10), ("0_7", 7),
    ] as [(String, Int64)])
  func wholeNumbersAreIntegersHoweverWritten(text: String, value: Int64) throws {
    #expect(try parse("- " + text)[0]?.content == .integer(value))
  }

  @Test(arguments: [
    ("0.5", 0.5), (".5", 0.5), ("-.5", -0.5), ("1.5e-3", 0.0015),
    ("9223372036854775808", 9_223_372_036_854_775_808),
    ("18446744073709551616", 18_446_744_073_709_551_616),
    ("-9223372036854775809", -9_223_372_036_854_775_808),
    ("0xffffffffffffffffff", 4_722_366_482_869_645_213_696), ("1e21", 1e21), ("1_0.5", 10.5),
  ])
  func otherNumbersAreTheNearestDouble(text: String, value: Double) throws {
    let node = try #require(try parse("- " + text)[0])
    #expect(node.number == value)
  }

  @Test(arguments: [
    "yEs", "tRUE", "yess", "nope", "nULL", "~a", "1:30", "190:20:30", "2024-01-01",
    "2001-12-14t21:59:43.10-05:00", "0x", "0b12", "0o8", "1e", "e3", ".", "-", "+", "--1", "1-2",
    "1.2.3", "._5", ".5_0", "0x1p4", "1e999", "Infinity", "nan", "inf", "1Gi", "<<", "=", "a", "ja",
    "_1", "0 1", "١",
  ])
  func theseAreStrings(text: String) throws {
    #expect(try parse("[" + text + "]")[0]?.content == .string(text))
  }

  @Test(arguments: ["yes", "1", "~", "null", "0x1F", ""])
  func quotedIsAlwaysAString(text: String) throws {
    #expect(
      try parse("- '\(text)'\n- \"\(text)\"") == [.init(.string(text)), .init(.string(text))])
    #expect(try parse("- |-\n  \(text)")[0]?.string == text)
  }

  @Test(
    arguments: [
      ("!!str 1", "1"), ("!!int '3'", 3), ("!!float 3", 3), ("!!float 0.5", 0.5),
      ("!!bool 'yes'", true), ("!!null ''", .null), ("!!binary aGk=", "hi"), ("!custom 1", "1"),
      ("!!timestamp 2024-01-01", "2024-01-01"), ("! 12", "12"),
    ] as [(String, Node)])
  func tagsSayWhatAScalarIs(text: String, value: Node) throws {
    #expect(try parse("- " + text)[0] == value)
  }

  @Test(arguments: [
    "!!int abc", "!!bool 1", "!!float x", "!!null a", "!!binary '***'", "!!int 1.5",
  ])
  func aTagThatDoesNotFitIsRefused(text: String) {
    #expect(fault("- " + text)?.code == .unsupportedTag)
  }

  @Test(arguments: [".inf", "-.inf", "+.Inf", ".nan", ".NaN"])
  func numbersThatJSONLacksAreRefused(text: String) {
    #expect(fault("- " + text)?.code == .unsupportedNumber)
  }

  @Test(arguments: [
    ("1", "1"), ("0x10", "16"), ("yes", "true"), ("off", "false"), ("1.5", "1.5"), ("'1'", "1"),
    ("1e21", "1e+21"), ("0.1", "0.1"), ("2024-01-01", "2024-01-01"), ("1e300", ".inf"),
  ])
  func keysBecomeStringsAsInJSON(text: String, key: String) throws {
    #expect(try parse(text + ": v") == Node(.mapping([key: "v"])))
  }

  @Test func aHugeScalarIsReadWhole() throws {
    let text = String(repeating: "0123456789abcdef ", count: 100_000) + "end"
    #expect(try parse("a: \"\(text)\"")["a"]?.string == text)
  }
}
