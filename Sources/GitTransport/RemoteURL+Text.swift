extension RemoteURL {
  /// The text of an address that may be wrong, without anything in it that may be a secret.
  static func scrubbed(_ text: String) -> String {
    // By scalars: a combining mark behind a separator does not hide it.
    let shown = ServerText.clean(text, limit: 200).unicodeScalars.prefix { $0 != "?" && $0 != "#" }
    // The last @: a password may contain one itself, or a slash.
    guard let at = shown.lastIndex(of: "@") else { return String(shown) }
    let start = shown.firstRange(of: "://".unicodeScalars)?.upperBound ?? shown.startIndex
    let isUserAlone = start == shown.startIndex && !shown[..<at].contains(":")
    guard start <= at, !isUserAlone else { return String(shown) }
    return String(shown[..<start]) + "(redacted)" + String(shown[at...])
  }

  static func percentEncoded(_ path: Substring) -> String {
    var text = ""
    for byte in path.utf8 {
      let isPlain = byte > 32 && byte < 127 && !#"<>"\^`{|}"#.utf8.contains(byte)
      text += isPlain ? String(UnicodeScalar(byte)) : "%" + hexadecimal(byte)
    }
    return text
  }

  static func percentDecoded(_ path: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}

extension Substring {
  func trimmingEndSlashes() -> Substring {
    var kept = self
    while kept.last == "/" { kept = kept.dropLast() }
    return kept
  }
}
