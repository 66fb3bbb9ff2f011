/// A text with gaps for a resource's name, its namespace and its values.
struct TextPattern: Sendable, Equatable {
  private enum Piece: Sendable, Equatable {
    case text(String)
    case name
    case namespace
    /// The value of this index.
    case value(Int)
  }

  private let pieces: [Piece]

  /// Splits a text that holds placeholder names, and placeholders of values.
  init(_ text: String, _ placeholders: TemplatePlaceholders) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let (range, piece) = Self.nextGap(in: rest, placeholders) {
      if range.lowerBound > rest.startIndex {
        pieces.append(.text(String(rest[..<range.lowerBound])))
      }
      pieces.append(piece)
      rest = rest[range.upperBound...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    self.pieces = pieces
  }

  private static func nextGap(
    in text: Substring, _ placeholders: TemplatePlaceholders
  ) -> (Range<String.Index>, Piece)? {
    let names = [
      text.firstRange(of: placeholders.names.name).map { ($0, Piece.name) },
      text.firstRange(of: placeholders.names.namespace).map { ($0, Piece.namespace) },
      placeholders.firstValue(in: text).map { ($0.range, Piece.value($0.index)) },
    ]
    return names.compactMap(\.self).min { $0.0.lowerBound < $1.0.lowerBound }
  }

  /// Whether it holds a value.
  var hasValues: Bool {
    pieces.contains { if case .value = $0 { true } else { false } }
  }

  /// The text of a resource of these names and values.
  ///
  /// A text without gaps shares its storage.
  func text(_ names: ResourceNames, _ values: [ArraySlice<UInt8>] = []) -> String {
    if pieces.isEmpty { return "" }
    if case .text(let text) = pieces[0], pieces.count == 1 { return text }
    return pieces.reduce(into: "") { text, piece in
      switch piece {
      case .text(let piece): text += piece
      case .name: text += names.name
      case .namespace: text += names.namespace
      case .value(let index): text += String(decoding: values[index], as: UTF8.self)
      }
    }
  }

  /// Adds the text of a resource of these names to a key.
  func add(to key: inout ObjectKey.Builder, _ names: ResourceNames) {
    for piece in pieces {
      switch piece {
      case .text(let text): key.add(text.utf8)
      case .name: key.add(names.name.utf8)
      case .namespace: key.add(names.namespace.utf8)
      case .value: break
      }
    }
  }
}
