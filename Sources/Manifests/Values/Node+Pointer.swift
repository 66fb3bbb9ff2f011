extension Node {
  /// The value at a JSON pointer, `/spec/template/0/name`; the node itself for `""`.
  ///
  /// `nil` if there is no such value, or if the text is not a pointer. RFC 6901: in a key `~1` means
  /// `/`, and `~0` means `~`.
  package func value(at pointer: String) -> Node? {
    guard let tokens = JSONPointer.tokens(of: pointer) else { return nil }
    var node = self
    for token in tokens {
      guard let next = node.child(token) else { return nil }
      node = next
    }
    return node
  }

  /// The value at a pointer, or else its nearest parent that exists.
  package func nearestValue(at pointer: String) -> Node {
    var node = self
    for token in JSONPointer.tokens(of: pointer) ?? [] {
      guard let next = node.child(token) else { break }
      node = next
    }
    return node
  }

  private func child(_ token: String) -> Node? {
    switch content {
    case .mapping(let mapping): mapping[token]
    case .sequence: JSONPointer.index(token).flatMap { self[$0] }
    default: nil
    }
  }
}

/// JSON pointers, RFC 6901.
package enum JSONPointer {
  /// The pointer to a key below another pointer: `/metadata/labels` and `a/b` give
  /// `/metadata/labels/a~1b`.
  package static func appending(_ key: String, to pointer: String) -> String {
    var text = pointer + "/"
    guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
      return text + key
    }
    for character in key.unicodeScalars {
      switch character {
      case "~": text += "~0"
      case "/": text += "~1"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }

  /// The pointer to an item below another pointer.
  package static func appending(_ index: Int, to pointer: String) -> String {
    "\(pointer)/\(index)"
  }

  /// The keys and indices of a pointer, or `nil` if the text is not a pointer.
  package static func tokens(of pointer: String) -> [String]? {
    if pointer.isEmpty { return [] }
    guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
    var tokens: [String] = []
    for part in pointer.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      guard let token = unescaped(part) else { return nil }
      tokens.append(token)
    }
    return tokens
  }

  private static func unescaped(_ part: Substring.UTF8View) -> String? {
    guard part.contains(UInt8(ascii: "~")) else { return String(Substring(part)) }
    var bytes: [UInt8] = []
    var rest = part
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "~") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
      case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
      default: return nil
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The index of a token: decimal digits without a leading zero.
  static func index(_ token: String) -> Int? {
    guard token.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      token == "0" || token.utf8.first != UInt8(ascii: "0")
    else { return nil }
    return Int(token)
  }
}
