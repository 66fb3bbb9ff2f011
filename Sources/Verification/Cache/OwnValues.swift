internal import Manifests

/// Values that may be a resource's own, as passwords are: taken out of its files, and put in again.
///
/// Taken are those that stand alone behind their key on a line, and are text whatever they hold:
/// letters, digits and a few signs, in quotes, or without where no number and no word of YAML can
/// come of them. Whether the line is part of a mapping or of a longer text, the file is read the same
/// way with any of them.
struct OwnValues: Sendable {
  /// The values, in the order of the files.
  private(set) var texts: [ArraySlice<UInt8>] = []

  /// Stands where a value was: a byte that no text in UTF-8 has.
  static let mark: UInt8 = 0xfd

  /// Begins the texts that are nobody's.
  private static let nobodys = ["zqvalue4", "zq-value-"]

  /// Whether a text that is nobody's is in a text.
  static func areIn(_ text: String) -> Bool { nobodys.contains { text.contains($0) } }

  /// What must be so of a value for a pattern's verdict to be its resource's.
  enum Demand: Hashable, Sendable {
    /// It is this one.
    case text(ArraySlice<UInt8>)
    /// It is base64, or is not, and is the same as another: the only things about a text that matter
    /// besides what it is.
    case own(isBase64: Bool, sameAs: Int?)
  }

  /// That each is what it is.
  var asTheyAre: [Demand] { texts.map(Demand.text) }

  /// Demands that these meet as well: where the others want another text, any will do.
  func loosening(_ demands: [Demand]) -> [Demand] {
    texts.indices.map { index in
      if demands[index] == .text(texts[index]) { return demands[index] }
      let same = texts.indices.prefix(index).first {
        texts[$0] == texts[index] && demands[$0] != .text(texts[$0])
      }
      return .own(isBase64: isBase64(index), sameAs: same)
    }
  }

  /// Whether they are as demanded.
  func meet(_ demands: [Demand]) -> Bool {
    demands.indices.allSatisfy { index in
      switch demands[index] {
      case .text(let text): texts[index] == text
      case .own(let isBase64, let same):
        isBase64 == self.isBase64(index) && same.map { texts[$0] == texts[index] } ?? true
      }
    }
  }

  /// Texts as demanded, and nobody's where any will do.
  static func texts(for demands: [Demand]) -> [ArraySlice<UInt8>] {
    demands.enumerated().map { index, demand in
      switch demand {
      case .text(let text): return text
      case .own(let isBase64, let same):
        let number = String(100_000_000 + (same ?? index)).dropFirst()
        return Array("\(isBase64 ? nobodys[0] : nobodys[1])\(number)".utf8)[...]
      }
    }
  }

  private func isBase64(_ index: Int) -> Bool {
    String(decoding: texts[index], as: UTF8.self).isBase64
  }
}

extension OwnValues {
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

  /// Where the value of a line is that may be anything.
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

  /// What names objects and the items of lists.
  private static let keysOfMeaning = [
    "apiVersion", "kind", "name", "namespace", "generateName", "containerPort", "port", "mountPath",
    "devicePath", "ip", "topologyKey", "type", "uid", "protocol",
  ].map { Array($0.utf8) }

  /// Whether plain text can be no number and no word: by its first letter, or by letters that no
  /// number has.
  private static func isText(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first else { return false }
    if first.isLetter { return text.count > 5 }
    return first.isDigit
      && text.contains { byte in
        (UInt8(ascii: "g")...UInt8(ascii: "z")).contains(byte | 0x20) && byte.isLetter
          && byte | 0x20 != UInt8(ascii: "x") && byte | 0x20 != UInt8(ascii: "o")
      }
  }

  /// What means something by itself, and what names and texts begin with that are nobody's.
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
