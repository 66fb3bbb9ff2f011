internal import Kratix

/// A resource's name and namespace, which are taken out of its files and put in again.
struct ResourceNames: Sendable {
  // Bytes that UTF-8 does not use.
  private static let nameMark: UInt8 = 0xff
  private static let namespaceMark: UInt8 = 0xfe

  /// Whether a byte marks where a name was.
  static func isMark(_ byte: UInt8) -> Bool { byte == nameMark || byte == namespaceMark }

  let name: String
  let namespace: String
  private let ofName: [UInt8]
  private let ofNamespace: [UInt8]

  /// Placeholder names.
  init(placeholder name: String, namespace: String) {
    self.name = name
    self.namespace = namespace
    ofName = Array(name.utf8)
    ofNamespace = Array(namespace.utf8)
  }

  /// The names of a resource; `nil` if one of them may have a meaning of its own.
  init?(_ resource: StandingResource) {
    guard case .resource(.request(_, let namespace, let name)) = resource.subject,
      name != namespace, Self.isPlain(name), Self.isPlain(namespace)
    else { return nil }
    self.init(placeholder: name, namespace: namespace)
  }

  /// How long the names are that are taken out, and the placeholders for them: no name that fits is too
  /// long for Kubernetes where the placeholder is not.
  static let longest = 30

  /// Whether YAML reads a name as text everywhere, and it is part of no placeholder: lower-case
  /// letters, digits and dashes, two letters first, and none of YAML's words.
  private static func isPlain(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard (2...longest).contains(bytes.count), bytes[0].isLowercase, bytes[1].isLowercase,
      bytes.allSatisfy({ $0.isLowercase || $0.isDigit || $0 == UInt8(ascii: "-") }),
      bytes.last != UInt8(ascii: "-")
    else { return false }
    return !words.contains(name) && !name.holds(placeholderWord) && !name.hasPrefix("zq-")
  }

  private static let placeholderWord = Array("placeholder".utf8)

  private static let words: Set<String> = [
    "yes", "no", "on", "off", "true", "false", "null", "inf", "nan",
  ]

  /// Whether a text holds one of the names.
  func areIn(_ text: String) -> Bool {
    text.holds(ofName) || text.holds(ofNamespace)
  }
}

extension ResourceNames {
  /// The bytes with marks in place of the names; `nil` if the names cannot be told with certainty.
  func marked(_ bytes: [UInt8]) -> [UInt8]? {
    let isNameLonger = ofName.count >= ofNamespace.count
    let words =
      isNameLonger
      ? [(ofName, Self.nameMark), (ofNamespace, Self.namespaceMark)]
      : [(ofNamespace, Self.namespaceMark), (ofName, Self.nameMark)]
    var traits = ByteTraits.ofAll
    for (word, _) in words { traits[Int(word[0])].insert(.beginsName) }
    return bytes.withUnsafeBufferPointer { source in
      traits.withUnsafeBufferPointer { traits in
        var marked: [UInt8] = []
        marked.reserveCapacity(source.count)
        var start = 0
        var place = 0
        while place < source.count {
          let meaning = traits[Int(source[place])]
          if !meaning.isDisjoint(with: [.beginsName, .isUncertain]) {
            if meaning.contains(.isUncertain) { return nil }
            // Behind a name there is no letter.
            let isInWord =
              place > start && traits[Int(source[place - 1])].contains(.isInWord)
            if !isInWord,
              let (word, mark) = words.first(where: { source[place...].beginsWithWord($0.0) })
            {
              marked += source[start..<place]
              marked.append(mark)
              place += word.count
              start = place
              continue
            }
          }
          place += 1
        }
        marked += source[start...]
        return marked
      }
    }
  }

  /// Marked bytes with these names and the next of some values in place of the marks; `nil` if they
  /// hold a placeholder already.
  func filled(_ bytes: [UInt8], _ values: inout ArraySlice<ArraySlice<UInt8>>) -> [UInt8]? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard !TemplatePlaceholders.areIn(text) else { return nil }
    var filled: [UInt8] = []
    filled.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      switch byte {
      case Self.nameMark: filled += ofName
      case Self.namespaceMark: filled += ofNamespace
      case VariableValues.mark: filled += values.popFirst() ?? []
      default: filled.append(byte)
      }
    }
    return filled
  }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
  /// Whether a word stands at the start, and ends there.
  fileprivate func beginsWithWord(_ word: [UInt8]) -> Bool {
    guard count >= word.count else { return false }
    for offset in word.indices where base[startIndex + offset] != word[offset] { return false }
    return count == word.count || !base[startIndex + word.count].isPartOfWord
  }
}

/// What a byte means to the search for names.
private struct ByteTraits: OptionSet {
  let rawValue: UInt8

  static let isInWord = ByteTraits(rawValue: 1)
  static let beginsName = ByteTraits(rawValue: 2)
  /// Marks, and the sign of anchors: an anchor could get the name of another one.
  static let isUncertain = ByteTraits(rawValue: 4)

  /// Of each byte, without names.
  static let ofAll = (UInt8.min...UInt8.max).map { byte -> ByteTraits in
    if byte >= VariableValues.mark || byte == UInt8(ascii: "&") { return .isUncertain }
    return byte.isPartOfWord ? .isInWord : []
  }
}

extension UInt8 {
  fileprivate var isLowercase: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
  fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  fileprivate var isPartOfWord: Bool {
    (self | 0x20).isLowercase || isDigit || self == UInt8(ascii: "_") || self >= 0x80
  }
}

extension String {
  /// Whether a text that is not empty stands anywhere.
  fileprivate func holds(_ text: [UInt8]) -> Bool {
    var copy = self
    return copy.withUTF8 { bytes in
      guard bytes.count >= text.count else { return false }
      return (0...(bytes.count - text.count)).contains { start in
        bytes[start] == text[0] && bytes[start..<(start + text.count)].elementsEqual(text)
      }
    }
  }
}
