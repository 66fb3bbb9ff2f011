/// Text from outside, made safe to print to a terminal.
enum TerminalText {
  /// Replaces characters that move the cursor, set colours or reverse the direction of a line by
  /// their code points; line breaks and tabs are kept.
  static func visible(_ text: String) -> String { escaped(text, keepsLineBreaks: true) }

  /// The same with line breaks replaced as well.
  static func line(_ text: String) -> String { escaped(text, keepsLineBreaks: false) }

  private static func escaped(_ text: String, keepsLineBreaks: Bool) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch (scalar, scalar.properties.generalCategory) {
      case ("\n", _) where keepsLineBreaks, ("\t", _): shown.append(scalar)
      case (_, .control), (_, .format), (_, .lineSeparator), (_, .paragraphSeparator):
        shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }
}
