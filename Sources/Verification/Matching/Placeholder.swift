/// Marks of templates that are to be replaced before anything is applied.
enum Placeholder: Hashable {
  /// `placeholder-…`
  case word
  /// `$(…)`, with what it names.
  case reference(String)
  /// `${…}`, with what it names
  case variable(String)
  /// `{{ … }}`
  case template

  /// The placeholders of a text.
  static func all(in text: String) -> Set<Placeholder> {
    var found: Set<Placeholder> = []
    if hasWord(text) { found.insert(.word) }
    // Nearly every text of a manifest has neither.
    let marks = [UInt8(ascii: "$"), UInt8(ascii: "{")]
    guard text.utf8.contains(where: marks.contains) else { return found }
    for name in ReferenceText(text).references { found.insert(.reference(name)) }
    for name in variables(of: text) { found.insert(.variable(name)) }
    if isBracketed(text, "{{", "}}") { found.insert(.template) }
    return found
  }

  /// Whether `placeholder-` begins a word and goes on.
  private static func hasWord(_ text: String) -> Bool {
    let word = Array("placeholder-".utf8)
    guard text.utf8.count > word.count else { return false }
    let bytes = Array(text.utf8)
    return (0..<(bytes.count - word.count)).contains { start in
      bytes[start] | 0x20 == word[0]
        && zip(word, bytes[start...]).allSatisfy {
          $0 == ($1 == UInt8(ascii: "-") ? $1 : $1 | 0x20)
        }
        && isPartOfName(bytes[start + word.count])
        && (start == 0 || !isPartOfName(bytes[start - 1]) && bytes[start - 1] != UInt8(ascii: "-"))
    }
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// The names of `${NAME}` and `${NAME:-default}`.
  ///
  /// `${NAME:=default}` is left out: Flux replaces it
  /// (https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution).
  private static func variables(of text: String) -> [String] {
    var names: [String] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      rest = rest[start.upperBound...]
      guard rest.contains("}") else { break }
      let name = rest.utf8.prefix { isPartOfName($0) || $0 == UInt8(ascii: "_") }
      guard !rest.utf8.dropFirst(name.count).starts(with: ":=".utf8) else { continue }
      names.append(String(decoding: name, as: UTF8.self))
    }
    return names
  }

  private static func isBracketed(_ text: String, _ open: String, _ close: String) -> Bool {
    guard let start = text.firstRange(of: open) else { return false }
    return text[start.upperBound...].contains(close)
  }
}
