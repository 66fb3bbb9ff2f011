/// Writes text in double quotes with the escapes of JSON or YAML.
enum QuotedText {
  enum Language {
    case json
    case yaml
  }

  static func write(_ text: String, as language: Language, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += #"\""#.utf8
      case "\\": output += #"\\"#.utf8
      case "\n": output += #"\n"#.utf8
      case "\r": output += #"\r"#.utf8
      case "\t": output += #"\t"#.utf8
      case _ where isPrintable(scalar): output += scalar.utf8
      default: writeEscape(scalar.value, as: language, to: &output)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  /// Whether YAML text may contain a character unescaped: no control, line break, byte order mark or
  /// noncharacter.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7e, 0xa0...0x2027, 0x202a...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd: true
    case 0x10000...0x10ffff: true
    default: false
    }
  }

  private static func writeEscape(
    _ value: UInt32, as language: Language, to output: inout [UInt8]
  ) {
    let digits = String(value, radix: 16)
    if language == .yaml && value < 0x80 {
      output += (#"\x"# + String(repeating: "0", count: 2 - digits.utf8.count) + digits).utf8
    } else {
      output += (#"\u"# + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8
    }
  }
}
