internal import Foundation
internal import Manifests

/// Finds the values in a file that may be a resource's own.
///
/// Only values that are alone after their key on a line, and that YAML reads as text whatever they
/// are: letters, digits and a few signs, in quotes, or without quotes if they can be neither a number
/// nor a word of YAML; comments of such text; and the lines of encoded texts, as certificates are. The
/// file is read the same way with any such value, also if the line is part of a longer text.
struct ValuePlaces {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let sets = Self.allSets
  private var places: [Range<Int>] = []
  private var isInEncodedText = false

  /// The places in the order of the file.
  static func all(in bytes: [UInt8]) -> [Range<Int>] {
    bytes.withUnsafeBufferPointer { buffer in
      var found = ValuePlaces(buffer)
      found.addAll()
      return found.places
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    places.reserveCapacity(32)
  }

  private mutating func addAll() {
    var start = 0
    while start < bytes.count {
      let end = first("\n", in: start..<bytes.count) ?? bytes.count
      add(line: start..<end)
      start = end + 1
    }
  }

  private mutating func add(line: Range<Int>) {
    if let text = encodedText(in: line) {
      isInEncodedText = true
      places.append(text)
      return
    }
    isInEncodedText = false
    let before = places.count
    if let comment = comment(in: line) {
      add(valueIn: line.lowerBound..<comment.sign)
      if addParts(of: comment.text, sets.comments) { return }
      places.removeSubrange(before...)
    }
    add(valueIn: line)
  }

  /// A comment, or what looks like one in a longer text.
  private func comment(in line: Range<Int>) -> (sign: Int, text: Range<Int>)? {
    var start = line.lowerBound
    while let sign = first("#", in: start..<line.upperBound) {
      if sign == line.lowerBound || bytes[sign - 1] == space {
        guard let text = firstNot(sets.spaces, in: (sign + 1)..<line.upperBound), text > sign + 1
        else { return nil }
        return (sign, text..<line.upperBound)
      }
      start = sign + 1
    }
    return nil
  }

  /// Adds the place of the value in a line; of a value that SOPS encrypted, the places of its parts.
  private mutating func add(valueIn line: Range<Int>) {
    let line = withoutTrailingSpaces(line)
    guard let key = firstNot(sets.indents, in: line),
      let colon = firstNot(sets.keys, in: key..<line.upperBound), colon > key,
      bytes[colon] == UInt8(ascii: ":"), colon + 2 < line.upperBound, bytes[colon + 1] == space,
      !Self.keysOfMeaning.contains(where: { holds($0, at: key..<colon) })
    else { return }
    let quote = UInt8(ascii: "\"")
    let isQuoted = bytes[colon + 2] == quote
    guard !isQuoted || (bytes[line.upperBound - 1] == quote && line.upperBound > colon + 4) else {
      return
    }
    let text = isQuoted ? (colon + 3)..<(line.upperBound - 1) : (colon + 2)..<line.upperBound
    if addEncryptedParts(of: text) { return }
    guard isQuoted || isText(text), !isQuantity(text) else { return }
    addParts(of: text, isQuoted ? sets.quoted : sets.plain)
  }

  /// Whether a text is a quantity: few requests have one of their own, and rules ask whether a text is.
  private func isQuantity(_ text: Range<Int>) -> Bool {
    bytes[text.lowerBound].isDigit
      && Quantity(String(decoding: bytes[text], as: UTF8.self)) != nil
  }

  /// Adds the parts of `ENC[AES256_GCM,data:…,iv:…,tag:…,type:str]` that are base64 (getsops.io).
  private mutating func addEncryptedParts(of text: Range<Int>) -> Bool {
    guard begins(text, with: Self.encrypted), bytes[text.upperBound - 1] == UInt8(ascii: "]")
    else { return false }
    var parts: [Range<Int>] = []
    var start = text.lowerBound + Self.encrypted.count
    for field in Self.encryptedFields {
      guard begins(start..<text.upperBound, with: field),
        let end = first(",", in: start..<text.upperBound)
      else { return false }
      parts.append((start + field.count)..<end)
      start = end + 1
    }
    let last = start..<(text.upperBound - 1)
    guard begins(last, with: Self.encryptedType), first(",", in: last) == nil,
      parts.allSatisfy({ isOpen($0, sets.base64) })
    else { return false }
    places += parts
    return true
  }

  /// A line of a certificate or another encoded text of several lines: a long line, and those after it.
  private func encodedText(in line: Range<Int>) -> Range<Int>? {
    guard isInEncodedText || line.count > Self.shortestEncoded,
      let start = firstNot(sets.spaces, in: line), start > line.lowerBound
    else { return nil }
    let text = start..<line.upperBound
    guard isInEncodedText || text.count >= Self.shortestEncoded, isOpen(text, sets.base64),
      isInEncodedText
        || isText((firstNot(sets.base64Signs, in: text) ?? text.upperBound)..<text.upperBound)
    else { return nil }
    return text
  }

  /// Adds the parts of a text between names, unless one of them is not open.
  @discardableResult
  private mutating func addParts(of text: Range<Int>, _ allowed: ASCIISet) -> Bool {
    let before = places.count
    var start = text.lowerBound
    for end in text.lowerBound...text.upperBound
    where end == text.upperBound || ResourceNames.isMark(bytes[end]) {
      if end > start {
        guard isOpen(start..<end, allowed) else {
          places.removeSubrange(before...)
          return false
        }
        places.append(start..<end)
      }
      start = end + 1
    }
    return true
  }

  /// Whether a text holds these characters alone, and no word with a meaning.
  private func isOpen(_ text: Range<Int>, _ allowed: ASCIISet) -> Bool {
    guard (1...Self.longest).contains(text.count) else { return false }
    for place in text {
      let byte = bytes[place]
      guard allowed.contains(byte) else { return false }
      let letter = byte | 0x20
      if letter == UInt8(ascii: "p") || letter == UInt8(ascii: "z"),
        Self.reserved.contains(where: { begins(place..<text.upperBound, withAnyCaseOf: $0) })
      {
        return false
      }
    }
    return true
  }

  /// Whether text without quotes can be neither a number nor a word of YAML: by its first letter, by a
  /// name at its start, or by letters that no number has.
  private func isText(_ text: Range<Int>) -> Bool {
    guard let start = text.first else { return false }
    let first = bytes[start]
    if ResourceNames.isMark(first) { return true }
    if first.isLetter { return text.count > 5 }
    return first.isDigit && text.contains { sets.inNoNumber.contains(bytes[$0]) }
  }
}

extension ValuePlaces {
  private var space: UInt8 { UInt8(ascii: " ") }

  private func first(_ character: Unicode.Scalar, in range: Range<Int>) -> Int? {
    guard let base = bytes.baseAddress,
      let found = memchr(base + range.lowerBound, Int32(character.value), range.count)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  private func firstNot(_ skipped: ASCIISet, in range: Range<Int>) -> Int? {
    range.first { !skipped.contains(bytes[$0]) }
  }

  private func withoutTrailingSpaces(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end > range.lowerBound, bytes[end - 1] == space { end -= 1 }
    return range.lowerBound..<end
  }

  private func holds(_ word: [UInt8], at range: Range<Int>) -> Bool {
    range.count == word.count && begins(range, with: word)
  }

  private func begins(_ range: Range<Int>, with word: [UInt8]) -> Bool {
    range.count >= word.count
      && word.indices.allSatisfy { bytes[range.lowerBound + $0] == word[$0] }
  }

  /// - Parameter word: In lower case.
  private func begins(_ range: Range<Int>, withAnyCaseOf word: [UInt8]) -> Bool {
    range.count >= word.count
      && word.indices.allSatisfy { bytes[range.lowerBound + $0] | 0x20 == word[$0] }
  }
}

extension ValuePlaces {
  private static let shortestEncoded = 40
  private static let longest = 256

  private static let allSets = Sets()

  /// What the parts of a line are made of.
  private struct Sets {
    private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    let spaces = ASCIISet(" ")
    let indents = ASCIISet(" -")
    let keys = ASCIISet(letters + "_./-")
    let plain = ASCIISet(letters + "_+/=.-")
    let quoted = ASCIISet(letters + "_+/=.-@!%^*~:")
    let comments = ASCIISet(letters + " _+/=.-@!%^*~:,;()")
    let base64Signs = ASCIISet("+/=")
    let base64 = ASCIISet(letters + "+/=")
    let inNoNumber = ASCIISet("ghijklmnpqrstuvwyzGHIJKLMNPQRSTUVWYZ")
  }

  private static let encrypted = Array("ENC[AES256_GCM,".utf8)
  private static let encryptedFields = ["data:", "iv:", "tag:"].map { Array($0.utf8) }
  private static let encryptedType = Array("type:".utf8)

  /// Keys whose values name objects or items of lists.
  private static let keysOfMeaning = [
    "apiVersion", "kind", "name", "namespace", "generateName", "containerPort", "port", "mountPath",
    "devicePath", "ip", "topologyKey", "type", "uid", "protocol",
  ].map { Array($0.utf8) }

  /// Words with a meaning of their own, and how placeholders begin: in lower case, from a p or a z on.
  private static let reserved = ["placeholder", "zq-", "zqvalue", "zqsecond"].map { Array($0.utf8) }
}

/// A set of ASCII characters, one bit for each.
private struct ASCIISet: Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  init(_ characters: String) {
    for byte in characters.utf8 {
      if byte < 64 { low |= 1 << byte } else { high |= 1 << (byte - 64) }
    }
  }

  func contains(_ byte: UInt8) -> Bool {
    let bits = byte < 64 ? low : byte < 128 ? high : 0
    return bits >> (byte & 63) & 1 == 1
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
