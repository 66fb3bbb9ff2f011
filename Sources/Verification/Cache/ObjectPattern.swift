internal import Manifests

/// An object of a template, from which the key of the object of each resource follows.
struct ObjectPattern: Sendable {
  private enum Piece: Sendable {
    case text([UInt8])
    case name
    case namespace
  }

  private let constant: [String]
  private let namespace: [Piece]
  private let name: [Piece]
  /// Whether no other resource may hold it.
  let isOwn: Bool

  /// Splits the identity of an object that has placeholder names.
  init(_ object: LandedObject, _ names: ResourceNames) {
    constant = [object.destination, object.identity.group, object.identity.kind]
    namespace = Self.pieces(of: object.distinguishingNamespace, names)
    name = Self.pieces(of: object.identity.name, names)
    isOwn = ObjectKey(object) != nil
  }

  /// The object's key in a resource of these names.
  func identity(for names: ResourceNames) -> ObjectKey {
    var key = ObjectKey.Builder()
    for text in constant {
      key.add(text.utf8)
      key.end()
    }
    for pieces in [namespace, name] {
      for piece in pieces {
        switch piece {
        case .text(let text): key.add(text)
        case .name: key.add(names.name.utf8)
        case .namespace: key.add(names.namespace.utf8)
        }
      }
      key.end()
    }
    return key.key
  }

  private static func pieces(of text: String, _ names: ResourceNames) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while true {
      let found = [(names.name, Piece.name), (names.namespace, Piece.namespace)]
        .compactMap { word, piece in rest.firstRange(of: word).map { ($0, piece) } }
        .min { $0.0.lowerBound < $1.0.lowerBound }
      guard let (range, piece) = found else { break }
      if range.lowerBound > rest.startIndex {
        pieces.append(.text(Array(rest[..<range.lowerBound].utf8)))
      }
      pieces.append(piece)
      rest = rest[range.upperBound...]
    }
    return rest.isEmpty ? pieces : pieces + [.text(Array(rest.utf8))]
  }
}
