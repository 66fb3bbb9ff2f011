internal import Manifests

/// Values that may be a resource's own, such as passwords: taken out of its files, and put in again.
///
/// Only values that are alone after their key on a line, and that YAML reads as text whatever they
/// are: letters, digits and a few signs, in quotes, or without quotes if they can be neither a number
/// nor a word of YAML; comments of such text; and the lines of encoded texts, as certificates are. The
/// file is read the same way with any such value, also if the line is part of a longer text.
struct VariableValues: Sendable {
  /// The values, in the order of the files.
  private(set) var texts: [ArraySlice<UInt8>] = []

  /// Marks where a value was: a byte that UTF-8 does not use.
  static let mark: UInt8 = 0xfd

  /// The condition on a value under which the verdict of a pattern holds.
  enum Demand: Hashable, Sendable {
    /// It is this text.
    case text(ArraySlice<UInt8>)
    /// Any text of this shape that equals an earlier value or not.
    case own(TemplatePlaceholders.ValueForm, sameAs: Int?)
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
      return .own(form(index), sameAs: same)
    }
  }

  /// Whether the values meet demands.
  func meet(_ demands: [Demand]) -> Bool {
    demands.indices.allSatisfy { index in
      switch demands[index] {
      case .text(let text): texts[index] == text
      case .own(let form, let same):
        form == self.form(index) && same.map { texts[$0] == texts[index] } ?? true
      }
    }
  }

  /// Texts that meet demands: placeholders where any text will do.
  static func texts(
    for demands: [Demand], _ placeholders: TemplatePlaceholders
  ) -> [ArraySlice<UInt8>] {
    demands.enumerated().map { index, demand in
      switch demand {
      case .text(let text): text
      case .own(let form, let same): Array(placeholders.value(same ?? index, form).utf8)[...]
      }
    }
  }

  private func form(_ index: Int) -> TemplatePlaceholders.ValueForm {
    let text = String(decoding: texts[index], as: UTF8.self)
    return TemplatePlaceholders.ValueForm(
      isBase64: text.isBase64,
      isLabel: texts[index].count <= TemplatePlaceholders.longestLabel
        && NameShape.isLabelValue(text))
  }
}

extension VariableValues {
  /// Takes the values out of a file, and leaves marks.
  mutating func take(from bytes: [UInt8]) -> [UInt8] {
    var rest: [UInt8] = []
    rest.reserveCapacity(bytes.count)
    var isInEncodedText = false
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let line = bytes[start..<end]
      let encoded = Self.encodedText(in: line, isContinued: isInEncodedText)
      isInEncodedText = encoded != nil
      for value in encoded.map({ [$0] }) ?? Self.values(in: line) {
        texts.append(bytes[value])
        rest += bytes[start..<value.lowerBound]
        rest.append(Self.mark)
        start = value.upperBound
      }
      rest += bytes[start..<end]
      if end < bytes.count { rest.append(UInt8(ascii: "\n")) }
      start = end + 1
    }
    return rest
  }

  /// The places in a line of what may be anything: the value of a key, and a comment.
  ///
  /// Where a name is in one of them, its parts before and after the name.
  private static func values(in line: ArraySlice<UInt8>) -> [Range<Int>] {
    guard let comment = comment(in: line) else { return value(in: line) }
    return value(in: line[..<comment.sign].withoutTrailingSpaces) + comment.parts
  }

  /// A comment, or what looks like one in a longer text.
  private static func comment(in line: ArraySlice<UInt8>) -> (sign: Int, parts: [Range<Int>])? {
    let space = UInt8(ascii: " ")
    let sign = line.indices.first { index in
      line[index] == UInt8(ascii: "#") && (index == line.startIndex || line[index - 1] == space)
    }
    guard let sign, let start = line[(sign + 1)...].firstIndex(where: { $0 != space }) else {
      return nil
    }
    guard start > sign + 1, let parts = openParts(of: line[start...], signs: signsInComments)
    else { return nil }
    return (sign, parts)
  }

  /// The place of the value in a line; of a value that SOPS encrypted, the places of its parts.
  private static func value(in line: ArraySlice<UInt8>) -> [Range<Int>] {
    let isIndent = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") }
    guard let key = line.firstIndex(where: { !isIndent($0) }),
      let colon = line[key...].firstIndex(of: UInt8(ascii: ":")), colon > key,
      colon + 2 < line.endIndex, line[colon + 1] == UInt8(ascii: " "),
      line[key..<colon].allSatisfy({ $0.isAlphanumeric || keySigns.contains($0) }),
      !keysOfMeaning.contains(where: { $0.elementsEqual(line[key..<colon]) })
    else { return [] }
    let quote = UInt8(ascii: "\"")
    let isQuoted = line[colon + 2] == quote
    guard !isQuoted || (line.last == quote && line.endIndex > colon + 4) else { return [] }
    let value = isQuoted ? (colon + 3)..<(line.endIndex - 1) : (colon + 2)..<line.endIndex
    let text = line[value]
    if let parts = encryptedParts(of: text) { return parts }
    guard isQuoted || isText(text) else { return [] }
    // Few requests have a quantity of their own, and rules ask whether a text is one.
    if text.first?.isDigit == true, Quantity(String(decoding: text, as: UTF8.self)) != nil {
      return []
    }
    return openParts(of: text, signs: isQuoted ? signsInQuotes : signs) ?? []
  }

  /// The parts of `ENC[AES256_GCM,data:…,iv:…,tag:…,type:str]` that are base64 (getsops.io).
  private static func encryptedParts(of text: ArraySlice<UInt8>) -> [Range<Int>]? {
    guard text.starts(with: encrypted), text.last == UInt8(ascii: "]") else { return nil }
    let fields = text.dropFirst(encrypted.count).dropLast().split(separator: UInt8(ascii: ","))
    guard fields.count == 4, zip(fields, encryptedFields).allSatisfy({ $0.starts(with: $1) }) else {
      return nil
    }
    let parts = zip(fields, encryptedFields).prefix(3).map { $0.dropFirst($1.count) }
    return parts.allSatisfy { isOpen($0, signs: signsOfBase64) } ? parts.map(\.indices) : nil
  }

  private static let encrypted = Array("ENC[AES256_GCM,".utf8)
  private static let encryptedFields = ["data:", "iv:", "tag:", "type:"].map { Array($0.utf8) }

  /// A line of a certificate or another encoded text of several lines: a long line, and those after it.
  private static func encodedText(
    in line: ArraySlice<UInt8>, isContinued: Bool
  ) -> Range<Int>? {
    guard let start = line.firstIndex(where: { $0 != UInt8(ascii: " ") }), start > line.startIndex
    else { return nil }
    let text = line[start...]
    guard isContinued || text.count >= shortestEncoded, isOpen(text, signs: signsOfBase64),
      isContinued || isText(text.drop { signsOfBase64.contains($0) })
    else { return nil }
    return text.indices
  }

  /// The parts of a text between names; `nil` if one of them is not open.
  private static func openParts(
    of text: ArraySlice<UInt8>, signs: [UInt8]
  ) -> [Range<Int>]? {
    let parts = text.split(whereSeparator: ResourceNames.isMark)
    return parts.allSatisfy { isOpen($0, signs: signs) } ? parts.map(\.indices) : nil
  }

  /// Whether a text holds letters, digits and these signs alone, and no word with a meaning.
  private static func isOpen(_ text: ArraySlice<UInt8>, signs: [UInt8]) -> Bool {
    (1...longest).contains(text.count)
      && text.allSatisfy { $0.isAlphanumeric || signs.contains($0) }
      && !reserved.contains { text.hold($0) }
  }

  private static let shortestEncoded = 40
  private static let longest = 256
  private static let keySigns = Array("_./-".utf8)
  private static let signs = Array("_+/=.-".utf8)
  private static let signsInQuotes = Array("_+/=.-@!%^*~:".utf8)
  private static let signsInComments = Array(" _+/=.-@!%^*~:,;()".utf8)
  private static let signsOfBase64 = Array("+/=".utf8)

  /// Keys whose values name objects or items of lists.
  private static let keysOfMeaning = [
    "apiVersion", "kind", "name", "namespace", "generateName", "containerPort", "port", "mountPath",
    "devicePath", "ip", "topologyKey", "type", "uid", "protocol",
  ].map { Array($0.utf8) }

  /// Whether text without quotes can be neither a number nor a word of YAML: by its first letter, by a
  /// name at its start, or by letters that no number has.
  private static func isText(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first else { return false }
    if ResourceNames.isMark(first) { return true }
    if first.isLetter { return text.count > 5 }
    return first.isDigit
      && text.contains { byte in
        (UInt8(ascii: "g")...UInt8(ascii: "z")).contains(byte | 0x20) && byte.isLetter
          && byte | 0x20 != UInt8(ascii: "x") && byte | 0x20 != UInt8(ascii: "o")
      }
  }

  /// Words with a meaning of their own, and how placeholders begin.
  private static let reserved = ["placeholder", "zq-", "zqvalue", "zqsecond"].map { Array($0.utf8) }
}

extension ArraySlice<UInt8> {
  fileprivate var withoutTrailingSpaces: ArraySlice<UInt8> {
    self[..<((lastIndex { $0 != UInt8(ascii: " ") } ?? startIndex - 1) + 1)]
  }

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
