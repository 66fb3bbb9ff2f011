extension RemoteURL {
  /// The text of an address that may be invalid, without anything that may be a secret.
  static func scrubbed(_ text: String) -> String {
    var shown = SanitizedText.clean(text, limit: 200)
    if let query = shown.unicodeScalars.firstIndex(where: { ["?", "#"].contains($0) }) {
      shown = String(shown[..<query])
    }
    // The last @, because a password may contain one, or a slash.
    guard let at = shown.last("@") else { return shown }
    let scheme = shown.unicodeScalars.firstRange(of: "://".unicodeScalars)
    let start = scheme?.upperBound ?? shown.startIndex
    let isUserAlone = start == shown.startIndex && shown[..<at].first(":") == nil
    guard start <= at, !isUserAlone else { return shown }
    return shown[..<start] + "(redacted)" + shown[at...]
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
      if byte == UInt8(ascii: "%"), rest.first != UInt8(ascii: "+"), rest.count >= 2,
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

extension StringProtocol {
  /// The first index of a scalar, even if a combining mark after it makes another character of it.
  func first(_ scalar: Unicode.Scalar) -> Index? { unicodeScalars.firstIndex(of: scalar) }

  /// The last index of a scalar.
  func last(_ scalar: Unicode.Scalar) -> Index? { unicodeScalars.lastIndex(of: scalar) }
}

extension Substring {
  /// The text before the last occurrence of a scalar, if there is one, and the text after it.
  func aroundLast(_ scalar: Unicode.Scalar) -> (before: Substring?, behind: Substring) {
    guard let place = last(scalar) else { return (nil, self) }
    return (self[..<place], self[unicodeScalars.index(after: place)...])
  }

  func trimmingEndSlashes() -> Substring {
    var kept = self
    while kept.last == "/" { kept = kept.dropLast() }
    return kept
  }
}
