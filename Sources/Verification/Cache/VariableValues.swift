internal import Manifests

/// Values that may be a resource's own, such as passwords: taken out of its files, and put in again.
///
/// Only values that are alone after their key on a line, and that YAML reads as text whatever they
/// are: letters, digits and a few signs, in quotes, or without quotes if they can be neither a number
/// nor a word of YAML. The file is read the same way with any such value, also if the line is part of
/// a longer text.
struct VariableValues: Sendable {
  /// The values, in the order of the files.
  private(set) var texts: [ArraySlice<UInt8>] = []

  /// Marks where a value was: a byte that UTF-8 does not use.
  static let mark: UInt8 = 0xfd

  /// How texts begin that replace values.
  private static let placeholders = ["zqvalue4", "zq-value-"]

  /// Whether a text holds a placeholder of a value.
  static func areIn(_ text: String) -> Bool { placeholders.contains { text.contains($0) } }

  /// The condition on a value under which the verdict of a pattern holds.
  enum Demand: Hashable, Sendable {
    /// It is this text.
    case text(ArraySlice<UInt8>)
    /// Any text that is, or is not, base64, and that equals an earlier value or not: rules ask for
    /// nothing else of a text that they do not know.
    case own(isBase64: Bool, sameAs: Int?)
  }

  /// Demands that only these values meet.
  var asTheyAre: [Demand] { texts.map(Demand.text) }

  /// Generalizes demands so that these values meet them too: where they differ, any text will do.
  func loosening(_ demands: [Demand]) -> [Demand] {
    texts.indices.map { index in
      if demands[index] == .text(texts[index]) { return demands[index] }
      let same = texts.indices.prefix(index).first {
        texts[$0] == texts[index] && demands[$0] != .text(texts[$0])
      }
      return .own(isBase64: isBase64(index), sameAs: same)
    }
  }

  /// Whether the values meet demands.
  func meet(_ demands: [Demand]) -> Bool {
    demands.indices.allSatisfy { index in
      switch demands[index] {
      case .text(let text): texts[index] == text
      case .own(let isBase64, let same):
        isBase64 == self.isBase64(index) && same.map { texts[$0] == texts[index] } ?? true
      }
    }
  }

  /// Texts that meet demands: placeholders where any text will do.
  static func texts(for demands: [Demand]) -> [ArraySlice<UInt8>] {
    demands.enumerated().map { index, demand in
      switch demand {
      case .text(let text): return text
      case .own(let isBase64, let same):
        let number = String(100_000_000 + (same ?? index)).dropFirst()
        return Array("\(isBase64 ? placeholders[0] : placeholders[1])\(number)".utf8)[...]
      }
    }
  }

  private func isBase64(_ index: Int) -> Bool {
    String(decoding: texts[index], as: UTF8.self).isBase64
  }
}

extension VariableValues {
  /// Takes the values out of a file, and leaves marks.
  mutating func take(from bytes: [UInt8]) -> [UInt8] {
    var rest: [UInt8] = []
    rest.reserveCapacity(bytes.count)
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      if let value = Self.value(in: bytes[start..<end]) {
        texts.append(bytes[value])
        rest += bytes[start..<value.lowerBound]
        rest.append(Self.mark)
        rest += bytes[value.upperBound..<end]
      } else {
        rest += bytes[start..<end]
      }
      if end < bytes.count { rest.append(UInt8(ascii: "\n")) }
      start = end + 1
    }
    return rest
  }

  /// The place of the value in a line, if it may be anything.
  private static func value(in line: ArraySlice<UInt8>) -> Range<Int>? {
    let isIndent = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") }
    guard let key = line.firstIndex(where: { !isIndent($0) }),
      let colon = line[key...].firstIndex(of: UInt8(ascii: ":")), colon > key,
      colon + 2 < line.endIndex, line[colon + 1] == UInt8(ascii: " "),
      line[key..<colon].allSatisfy({ $0.isAlphanumeric || keySigns.contains($0) }),
      !keysOfMeaning.contains(where: { $0.elementsEqual(line[key..<colon]) })
    else { return nil }
    let quote = UInt8(ascii: "\"")
    let isQuoted = line[colon + 2] == quote
    guard !isQuoted || (line.last == quote && line.endIndex > colon + 4) else { return nil }
    let value = isQuoted ? (colon + 3)..<(line.endIndex - 1) : (colon + 2)..<line.endIndex
    let text = line[value]
    let signs = isQuoted ? signsInQuotes : signs
    guard text.count <= longest, text.allSatisfy({ $0.isAlphanumeric || signs.contains($0) }),
      isQuoted || isText(text), !reserved.contains(where: { text.hold($0) })
    else { return nil }
    return value
  }

  private static let longest = 256
  private static let keySigns = Array("_./-".utf8)
  private static let signs = Array("_+/=.-".utf8)
  private static let signsInQuotes = Array("_+/=.-@!%^*~".utf8)

  /// Keys whose values name objects or items of lists.
  private static let keysOfMeaning = [
    "apiVersion", "kind", "name", "namespace", "generateName", "containerPort", "port", "mountPath",
    "devicePath", "ip", "topologyKey", "type", "uid", "protocol",
  ].map { Array($0.utf8) }

  /// Whether text without quotes can be neither a number nor a word of YAML: by its first letter, or
  /// by letters that no number has.
  private static func isText(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first else { return false }
    if first.isLetter { return text.count > 5 }
    return first.isDigit
      && text.contains { byte in
        (UInt8(ascii: "g")...UInt8(ascii: "z")).contains(byte | 0x20) && byte.isLetter
          && byte | 0x20 != UInt8(ascii: "x") && byte | 0x20 != UInt8(ascii: "o")
      }
  }

  /// Words with a meaning of their own, and how placeholders begin.
  private static let reserved = ["placeholder", "zq"].map { Array($0.utf8) }
}

extension ArraySlice<UInt8> {
  /// Whether a word of lower-case letters is in it, in whatever case.
  fileprivate func hold(_ word: [UInt8]) -> Bool {
    guard count >= word.count else { return false }
    return (startIndex...(endIndex - word.count)).contains { start in
      zip(word, self[start...]).allSatisfy { $0 == $1 | 0x20 }
    }
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  fileprivate var isAlphanumeric: Bool { isLetter || isDigit }
}
