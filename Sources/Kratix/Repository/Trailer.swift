internal import Manifests

/// A line at the end of a commit message that programs read: `KEY: VALUE`
/// (git-interpret-trailers(1)).
package struct Trailer: Sendable, Hashable, Codable {
  /// What stands before the colon.
  package let key: String
  /// What stands after it; line breaks become spaces.
  package let value: String

  /// Puts a trailer together.
  package init(_ key: String, _ value: String) {
    self.key = key
    self.value = value.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension Trailer {
  /// The trailers of a commit message, in their order, as git finds them.
  ///
  /// From git-interpret-trailers(1) and `trailer.c`: they are in the last paragraph alone, and never
  /// in the first, which is the subject. What a person writes elsewhere in a message is no trailer,
  /// whatever it looks like.
  package static func trailers(of message: String) -> [Trailer] {
    var trailers: [Trailer] = []
    for line in lastParagraph(of: message.lines) {
      if let (key, value) = split(line) {
        trailers.append(Trailer(key, value))
      } else if isIndented(line), let last = trailers.popLast() {
        trailers.append(Trailer(last.key, "\(last.value) \(trimmed(line))"))
      }
    }
    return trailers
  }

  /// The lines of the last paragraph, if they are trailers; none otherwise.
  private static func lastParagraph(of lines: [Substring]) -> [Substring] {
    let lines = lines.filter { !$0.begins(with: "#") }
    guard let end = lines.lastIndex(where: { !isBlank($0) }),
      let blank = lines[..<end].lastIndex(where: isBlank),
      lines[..<blank].contains(where: { !isBlank($0) })
    else { return [] }
    let paragraph = Array(lines[(blank + 1)...end])
    let isTrailer = paragraph.map { split($0) != nil || isGitsOwn($0) }
    var others = 0
    for (index, line) in paragraph.enumerated() where !isTrailer[index] {
      // An indented line goes on with the trailer before it.
      let goesOn = isIndented(line) && paragraph[..<index].last.map { isTrailing($0) } == true
      if !goesOn { others += 1 }
    }
    let count = isTrailer.count(where: \.self)
    // Among other lines git looks for one that it writes itself.
    let isBlock = others == 0 || paragraph.contains(where: isGitsOwn) && count * 3 >= others
    return count > 0 && isBlock ? paragraph : []
  }

  private static func isTrailing(_ line: Substring) -> Bool {
    split(line) != nil || isGitsOwn(line) || isIndented(line)
  }

  /// The key and the value of a line, the key of letters, digits and `-`; `nil` for another line.
  private static func split(_ line: Substring) -> (key: String, value: String)? {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let key = line.utf8[..<colon].split(
      separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = key.first, !name.isEmpty, name.allSatisfy(isKeyByte),
      key.dropFirst().allSatisfy({ $0.allSatisfy { $0 == UInt8(ascii: " ") } })
    else { return nil }
    return (String(Substring(name)), trimmed(line[line.utf8.index(after: colon)...]))
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"): true
    default: false
    }
  }

  /// Whether git writes such a line itself.
  private static func isGitsOwn(_ line: Substring) -> Bool {
    ["Signed-off-by: ", "(cherry picked from commit "].contains { line.begins(with: $0) }
  }

  private static func isBlank(_ line: Substring) -> Bool { line.utf8.allSatisfy(isSpace) }

  private static func isIndented(_ line: Substring) -> Bool {
    line.utf8.first.map(isSpace) ?? false
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0d).contains(byte)
  }

  private static func trimmed(_ text: Substring) -> String {
    let bytes = text.utf8.drop(while: isSpace)
    guard let last = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(Substring(bytes[...last]))
  }
}
