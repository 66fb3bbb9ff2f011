/// The YAML text of a string: plain, quoted, or a literal block.
///
/// The choice is that of goyaml: plain if that reads back as the same string, double quotes if it
/// would be a number or a boolean, single quotes if only punctuation of YAML is in the way, a literal
/// block for several lines.
enum StringText {
  static func writeKey(_ text: String, to output: inout [UInt8]) {
    let style = Style(text)
    write(text, as: style == .literal ? .doubleQuoted : style, to: &output)
  }

  /// Writes a value; a literal block ends in a newline, other styles do not.
  static func writeValue(_ text: String, indent: Int, to output: inout [UInt8]) {
    let style = Style(text)
    guard style == .literal else { return write(text, as: style, to: &output) }
    output.append(UInt8(ascii: "|"))
    if let first = text.utf8.first, [0x20, 0x09, 0x0a].contains(first) {
      // A reader could not distinguish leading space of the text from indentation.
      output.append(UInt8(ascii: "2"))
    }
    let endsInBreak = text.utf8.last == 0x0a
    if !endsInBreak {
      output.append(UInt8(ascii: "-"))
    } else if text.utf8.dropLast().last == 0x0a {
      output.append(UInt8(ascii: "+"))
    }
    let body = endsInBreak ? text.utf8.dropLast() : text.utf8[...]
    for line in body.split(separator: 0x0a, omittingEmptySubsequences: false) {
      output.append(0x0a)
      guard !line.isEmpty else { continue }
      output += repeatElement(UInt8(ascii: " "), count: indent)
      output += line
    }
    output.append(0x0a)
  }

  private static func write(_ text: String, as style: Style, to output: inout [UInt8]) {
    switch style {
    case .plain, .literal:
      output += text.utf8
    case .singleQuoted:
      output.append(UInt8(ascii: "'"))
      for byte in text.utf8 {
        output.append(byte)
        if byte == UInt8(ascii: "'") { output.append(byte) }
      }
      output.append(UInt8(ascii: "'"))
    case .doubleQuoted:
      QuotedText.write(text, as: .yaml, to: &output)
    }
  }
}

extension StringText {
  /// How a string is written.
  private enum Style {
    case plain
    case singleQuoted
    case doubleQuoted
    case literal

    init(_ text: String) {
      var text = text
      self = text.withUTF8 { bytes in Self.style(of: bytes) }
    }

    private static func style(of bytes: UnsafeBufferPointer<UInt8>) -> Style {
      if PlainScalar.resolve(bytes) != nil || isRisky(bytes) { return .doubleQuoted }
      var hasBreak = false
      var hasTab = false
      var hasText = false
      var hasPunctuation = isPunctuation(first: bytes)
      var previous: UInt8 = 0
      for (place, byte) in bytes.enumerated() {
        switch byte {
        case 0x0a:
          // Trailing space in a literal block is invisible, and lost by some readers.
          if previous == 0x20 { return .doubleQuoted }
          hasBreak = true
        case 0x09: hasTab = true
        case UInt8(ascii: "#") where previous == 0x20: hasPunctuation = true
        case UInt8(ascii: ":") where place + 1 == bytes.count || bytes[place + 1] == 0x20:
          hasPunctuation = true
        default: break
        }
        if byte != 0x0a { hasText = true }
        previous = byte
      }
      if bytes.contains(where: { $0 < 0x20 && $0 != 0x0a && $0 != 0x09 || $0 >= 0x7f }),
        !String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy({
          $0 == "\n" || $0 == "\t" || QuotedText.isPrintable($0)
        })
      {
        return .doubleQuoted
      }
      let endsInSpace = previous == 0x20
      if hasBreak { return hasText && !endsInSpace ? .literal : .doubleQuoted }
      if hasTab { return .doubleQuoted }
      return hasPunctuation || endsInSpace ? .singleQuoted : .plain
    }

    /// Whether the text begins with an indicator of YAML.
    private static func isPunctuation(first bytes: UnsafeBufferPointer<UInt8>) -> Bool {
      guard let first = bytes.first else { return true }
      if first == UInt8(ascii: "-") {
        return bytes.count == 1 || bytes[1] == 0x20 || bytes.starts(with: "---".utf8)
      }
      return "?:,[]{}#&*!|>'\"%@` ".utf8.contains(first) || bytes.starts(with: "...".utf8)
    }

    /// Whether other readers of YAML 1.1 do not read the text as a string: base 60 numbers, dates, the
    /// merge key and the default value.
    private static func isRisky(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
      guard let first = bytes.first, bytes.count <= 40 else { return false }
      switch first {
      case UInt8(ascii: "<"): return bytes.elementsEqual("<<".utf8)
      case UInt8(ascii: "="): return bytes.count == 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
        return bytes.allSatisfy { "0123456789+-:._TtZz ".utf8.contains($0) }
          && bytes.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "-") }
      default: return false
      }
    }
  }
}
