internal import Foundation

/// The programs that cut files of manifests into documents, each before any YAML is parsed.
///
/// - `kubectl`, and Argo CD with the same library: `YAMLOrJSONDecoder` and `YAMLReader` of
///   k8s.io/apimachinery, `pkg/util/yaml/decoder.go` (Argo CD: `SplitYAML` of
///   argoproj/gitops-engine, `pkg/utils/kube/kube.go`).
/// - `kustomize`, and Flux with it: `splitDocuments` of sigs.k8s.io/kustomize,
///   `kyaml/kio/byteio_reader.go`.
///
/// Both end a document at a line that begins with `---`, inside quotes too, and refuse such a line if it
/// goes on with anything but a comment. Both read the first YAML document of each part alone. They
/// differ in four things:
///
/// 1. A line `---` right after another one, or at the start of the file, ends nothing and belongs to
///    the part below it. kubectl refuses it if it goes on; kustomize leaves it to the YAML reader.
/// 2. A last line `---` that no line break ends is a border for kubectl, and text for kustomize.
/// 3. A file whose first character is `{` is a stream of JSON values for kubectl, and YAML for kustomize.
///    From 1.33 on kubectl takes up YAML where JSON ends; Argo CD does as it is built with either.
/// 4. kubectl decodes UTF-16 before it cuts (`FileVisitor` of k8s.io/cli-runtime,
///    `pkg/resource/visitor.go`); kustomize and Argo CD cut the bytes, and find no border in them.
enum ManifestReader {
  case kubectl, kustomize
}

/// A part of a file that holds one document.
struct DocumentPart: Equatable {
  let range: Range<Int>
  /// How many lines are above it.
  let line: Int
  /// Whether it is below a border: then it is a document even if it is empty.
  let isBelowBorder: Bool
}

/// Where the parts of a file begin and end.
struct DocumentBorders {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  /// Where the text begins, after a byte order mark.
  private let start: Int

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
    let hasMark = bytes.count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf
    start = hasMark ? 3 : 0
  }

  /// The file as one part.
  var whole: DocumentPart { DocumentPart(range: 0..<bytes.count, line: 0, isBelowBorder: false) }

  /// The first byte that is no white space.
  var firstByte: UInt8? { bytes[start...].first { !Self.isSpace($0) } }

  /// The lines of the borders, from 1, if each is `---` alone or with a comment after a space, so that
  /// YAML's own rules find the same ones; `nil` otherwise.
  ///
  /// Nearly all files are like this.
  var ofYAML: [Int]? {
    var lines: [Int] = []
    var line = 1
    var place = start
    while let end = Self.endOfLine(bytes, from: place) {
      if isBorder(place, end) {
        guard isPlain(place + 3, end) else { return nil }
        lines.append(line)
      }
      line += 1
      place = end + 1
    }
    return lines
  }

  /// Cuts the file as a program does.
  ///
  /// - Throws: `documentBorder` for a line that it refuses.
  func parts(for reader: ManifestReader) throws(ManifestError) -> [DocumentPart] {
    if reader == .kubectl, firstByte == UInt8(ascii: "{") { return try partsOfJSON() }
    var parts: [DocumentPart] = []
    var from = 0
    var above = 0
    var line = 0
    var place = start
    while let end = Self.endOfLine(bytes, from: place) {
      defer {
        line += 1
        place = end + 1
      }
      guard isBorder(place, end) else { continue }
      let isFirst = place == from || place == start
      if reader == .kustomize, isFirst || end == bytes.count { continue }
      guard Self.isCommentOrNothing(bytes[(place + 3)..<end]) else {
        throw notABorder(line: line + 1)
      }
      if isFirst { continue }
      parts.append(DocumentPart(range: from..<place, line: above, isBelowBorder: !parts.isEmpty))
      from = min(end + 1, bytes.count)
      above = line + 1
    }
    return parts
      + [DocumentPart(range: from..<bytes.count, line: above, isBelowBorder: !parts.isEmpty)]
  }

  private func notABorder(line: Int) -> ManifestError {
    // The line is not shown: it may be a part of a key.
    ManifestError(
      code: .documentBorder, file: file, position: Position(line: line, column: 1),
      message:
        "a line that begins with --- and goes on: it ends a document, in quotes too, and only "
        + "a comment may follow; indent the text, or put it below a key with |")
  }
}

// MARK: Lines

extension DocumentBorders {
  /// The end of the line at an index, which is the end of the file for the last one; `nil` at the end.
  private static func endOfLine(_ bytes: UnsafeRawBufferPointer, from place: Int) -> Int? {
    guard place < bytes.count, let base = bytes.baseAddress else { return nil }
    guard let found = memchr(base + place, 0x0a, bytes.count - place) else { return bytes.count }
    return UnsafeRawPointer(found) - base
  }

  private func isBorder(_ place: Int, _ end: Int) -> Bool {
    let dash = UInt8(ascii: "-")
    return end - place >= 3 && bytes[place] == dash && bytes[place + 1] == dash
      && bytes[place + 2] == dash
  }

  /// Whether YAML too sees nothing more than a border and a comment.
  private func isPlain(_ place: Int, _ end: Int) -> Bool {
    let rest = bytes[place..<end].drop { $0 == 0x20 || $0 == 0x0d }
    return rest.isEmpty || rest.first == UInt8(ascii: "#") && rest.startIndex > place
  }

  /// Whether a text is white space, as Unicode has it, and a comment.
  static func isCommentOrNothing(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
    let rest = String(decoding: text, as: UTF8.self).unicodeScalars
      .drop { $0.properties.isWhitespace }
    return rest.isEmpty || rest.first == "#"
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

// MARK: Byte order marks

extension DocumentBorders {
  /// The part from its byte order mark on, where only comments and a border are above that.
  ///
  /// Go's YAML passes over the mark there; libyaml does so at the start of a text alone.
  func withoutMarkBelowComments(_ part: DocumentPart) -> DocumentPart {
    var line = part.line
    var place = part.range.lowerBound
    while place < part.range.upperBound, let end = Self.endOfLine(bytes, from: place) {
      let text = bytes[place..<min(end, part.range.upperBound)]
      if place > part.range.lowerBound, text.starts(with: [0xef, 0xbb, 0xbf]) {
        return DocumentPart(
          range: place..<part.range.upperBound, line: line, isBelowBorder: part.isBelowBorder)
      }
      guard Self.isCommentOrNothing(isBorder(place, end) ? text.dropFirst(3) : text) else { break }
      line += 1
      place = end + 1
    }
    return part
  }
}

// MARK: JSON

extension DocumentBorders {
  /// JSON values, one after another, as Go's `json.Decoder` reads them.
  private func partsOfJSON() throws(ManifestError) -> [DocumentPart] {
    var scanner = JSONScanner(bytes, from: start)
    var parts: [DocumentPart] = []
    var line = 0
    var counted = 0
    while let value = scanner.next() {
      line += bytes[counted..<value.lowerBound].count { $0 == 0x0a }
      counted = value.lowerBound
      parts.append(DocumentPart(range: value, line: line, isBelowBorder: !parts.isEmpty))
    }
    guard scanner.isAtEnd else {
      throw ManifestError(
        code: .documentBorder, file: file,
        position: TextPosition.of(offset: scanner.place, in: bytes),
        message:
          "text that is no JSON in a file that begins with {; begin the file with a line ---, "
          + "or write JSON values alone")
    }
    guard parts.count == 1 else { return parts }
    return [whole]
  }
}
