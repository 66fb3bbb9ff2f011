/// What a server says is shown on terminals and written to logs: it is made harmless first.
enum ServerText {
  /// The longest line and the most lines that are kept of what a server says.
  static let lineLimit = 500
  static let lineCount = 50
  private static let firstLines = 10

  /// One line of text without control and formatting characters, and not longer than `limit`
  /// characters.
  static func clean(_ text: String, limit: Int = lineLimit) -> String {
    var kept = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      // Format characters turn the direction of text; lone surrogates and private use show as
      // anything.
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        guard scalar == "\t" else { continue }
        kept.append(" ")
      default:
        kept.append(scalar)
      }
      count += 1
      if count == limit {
        kept.append("\u{2026}")
        break
      }
    }
    return String(kept).trimmingSpaces()
  }

  /// The lines of some bytes, cleaned, without empty ones; of too many, the first and the last, for
  /// the reason of a failure comes after all progress.
  static func lines(_ bytes: some Sequence<UInt8>) -> [String] {
    // A carriage return redraws a progress line; only what would stay on a screen is kept.
    let text = withoutEscapeSequences(String(decoding: Array(bytes), as: UTF8.self))
    let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
      .map { clean(String($0)) }.filter { !$0.isEmpty }
    guard lines.count > lineCount else { return lines }
    return Array(lines.prefix(firstLines) + lines.suffix(lineCount - firstLines))
  }

  /// Drops whole terminal sequences, so that `ESC [ 31 m` does not leave `[31m` behind.
  private static func withoutEscapeSequences(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{1B}") else { return text }
    var kept = String.UnicodeScalarView()
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "\u{1B}" else {
        kept.append(scalar)
        continue
      }
      guard scalars.first == "[" else { continue }
      scalars.removeFirst()
      while let parameter = scalars.first, (0x20...0x3F).contains(parameter.value) {
        scalars.removeFirst()
      }
      if let final = scalars.first, (0x40...0x7E).contains(final.value) { scalars.removeFirst() }
    }
    return String(kept)
  }
}

extension String {
  func trimmingSpaces() -> String {
    var kept = self[...]
    while kept.first == " " { kept = kept.dropFirst() }
    while kept.last == " " { kept = kept.dropLast() }
    return String(kept)
  }
}
