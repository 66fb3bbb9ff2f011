/// Makes the text of a server safe to show on a terminal and to write to a log.
package enum SanitizedText {
  /// The longest line, in characters, and the most lines that are kept.
  package static let lineLimit = 500
  static let lineCount = 50

  /// One line of text without control and formatting characters, and not longer than `limit`
  /// characters.
  package static func clean(_ text: String, limit: Int = lineLimit) -> String {
    var kept = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      // Format characters can reverse the direction of text; surrogates and private use have no
      // defined appearance.
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

  /// The last lines of some bytes, cleaned and without empty ones.
  ///
  /// The last ones, because the reason for a failure comes after the progress messages.
  package static func lines(_ bytes: some Sequence<UInt8>) -> [String] {
    // A carriage return ends a progress message that the next one overwrites.
    let text = withoutEscapeSequences(String(decoding: Array(bytes), as: UTF8.self))
    let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
      .map { clean(String($0)) }.filter { !$0.isEmpty }
    return Array(lines.suffix(lineCount))
  }

  /// Drops whole terminal sequences (ECMA-48), so that `ESC [ 31 m` does not leave `[31m` behind.
  private static func withoutEscapeSequences(_ text: String) -> String {
    guard
      text.unicodeScalars.contains(where: { $0 == "\u{1B}" || $0 == "\u{9B}" || $0 == "\u{9D}" })
    else { return text }
    var kept = String.UnicodeScalarView()
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\u{9B}": dropControlSequence(&scalars)
      case "\u{9D}": dropControlString(&scalars)
      case "\u{1B}":
        switch scalars.first {
        case "[":
          scalars.removeFirst()
          dropControlSequence(&scalars)
        // Window titles, links, and other strings that a terminal does not show.
        case "]", "P", "X", "^", "_":
          scalars.removeFirst()
          dropControlString(&scalars)
        case "\\": scalars.removeFirst()
        default: break
        }
      default: kept.append(scalar)
      }
    }
    return String(kept)
  }

  /// Drops the parameters and the final character of a sequence that begins with `ESC [`.
  private static func dropControlSequence(_ scalars: inout Substring.UnicodeScalarView) {
    while let parameter = scalars.first, (0x20...0x3F).contains(parameter.value) {
      scalars.removeFirst()
    }
    if let final = scalars.first, (0x40...0x7E).contains(final.value) { scalars.removeFirst() }
  }

  /// Drops a control string up to its end (BEL, ST or `ESC \`), but not beyond the line.
  private static func dropControlString(_ scalars: inout Substring.UnicodeScalarView) {
    while let scalar = scalars.first, scalar != "\n", scalar != "\r" {
      if scalar == "\u{1B}" { return }
      scalars.removeFirst()
      if scalar == "\u{07}" || scalar == "\u{9C}" { return }
    }
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
