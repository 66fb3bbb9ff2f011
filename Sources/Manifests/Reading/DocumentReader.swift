import Clibyaml

/// Reads documents from bytes: passes the events of libyaml to a `TreeBuilder`.
///
/// A file is cut into documents as by the programs that apply it (`DocumentBorders`), and each part is
/// read by itself.
struct DocumentReader {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private let limits: Limits
  private let borders: DocumentBorders

  /// Documents, and why kustomize does not read them.
  private typealias Read = (documents: [Document], faultOfKustomize: ManifestError?)
  private static let kustomize = "kustomize and Flux"

  /// The documents of a file, and why only some of the programs read all of them.
  static func documents(
    in bytes: UnsafeRawBufferPointer, file: String, limits: Limits
  ) throws(ManifestError) -> (documents: [Document], disagreement: ManifestError?) {
    guard bytes.count <= limits.bytes else {
      throw .fileTooLarge(bytes.count, file: file, limits: limits)
    }
    guard let text = UTF16Text.asUTF8(bytes) else {
      return try DocumentReader(bytes, file: file, limits: limits).documents()
    }
    return try text.withUnsafeBufferPointer { buffer throws(ManifestError) in
      try DocumentReader(UnsafeRawBufferPointer(buffer), file: file, limits: limits)
        .documents(isDecoded: true)
    }
  }

  private init(_ bytes: UnsafeRawBufferPointer, file: String, limits: Limits) {
    self.bytes = bytes
    self.file = file
    self.limits = limits
    borders = DocumentBorders(bytes, file: file)
  }

  /// - Parameter isDecoded: Whether the file is UTF-16, and these are its characters as UTF-8.
  private func documents(
    isDecoded: Bool = false
  ) throws(ManifestError) -> (documents: [Document], disagreement: ManifestError?) {
    let first = borders.firstByte
    let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    if !isJSON, !isDecoded, let read = plainDocuments() {
      return (read.documents, read.faultOfKustomize?.of(Self.kustomize))
    }
    let parts = Result { () throws(ManifestError) in try borders.parts(for: .kubectl) }
    let others = Result { () throws(ManifestError) in
      if isJSON { try JSONText.refuseBeyondYAML(bytes, file: file) }
      return isDecoded ? [borders.whole] : try borders.parts(for: .kustomize)
    }
    if case .success(let parts) = parts, case .success(parts) = others {
      let read = try read(parts, asJSON: isJSON)
      return (read.documents, read.faultOfKustomize?.of(Self.kustomize))
    }
    let byKubectl = parts.flatMap { parts in
      Result { () throws(ManifestError) in try read(parts, asJSON: isJSON) }
    }
    let byKustomize = others.flatMap { parts in
      Result { () throws(ManifestError) in try read(parts, asJSON: false) }
    }
    switch (byKubectl, byKustomize) {
    case (.success(let read), .success(let other)):
      return (read.documents, other.faultOfKustomize?.of(Self.kustomize))
    case (.success(let read), .failure(let fault)):
      return (
        read.documents, fault.of(isDecoded ? "kustomize, Flux and Argo CD" : Self.kustomize)
      )
    case (.failure(let fault), .success(let read)):
      return (
        read.documents, fault.of(isJSON ? "kubectl before 1.33 and Argo CD" : "kubectl and Argo CD")
      )
    case (.failure(let fault), .failure(let other)): throw isJSON ? other : fault
    }
  }
}

extension ManifestError {
  /// The fault as one that only these programs find.
  fileprivate func of(_ programs: String) -> ManifestError {
    ManifestError(
      code: code, file: file, position: position,
      message: "\(programs) do not read this: \(message)")
  }
}

// MARK: All documents at once

extension DocumentReader {
  /// The documents of a file whose borders are the same for YAML, in one go; `nil` where they are not,
  /// or for a fault.
  private func plainDocuments() -> Read? {
    guard let lines = borders.ofYAML else { return nil }
    // A fault is found again, and told, where the parts are read.
    return try? documents(beginningAt: lines)
  }

  /// - Parameter lines: The lines of the borders.
  private func documents(beginningAt lines: [Int]) throws(ManifestError) -> Read? {
    let events = try EventStream(bytes: bytes, file: file)
    var builder = TreeBuilder(file: file, limits: limits)
    var documents: [Document] = []
    var lines = lines[...]
    var event = yaml_event_t()
    while true {
      try events.next(into: &event)
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_STREAM_END_EVENT:
        return lines.isEmpty ? (documents, builder.faultOfKustomize) : nil
      case YAML_DOCUMENT_START_EVENT:
        let start = event.data.document_start
        let isBelowBorder = start.implicit == 0
        guard start.version_directive == nil,
          start.tag_directives.start == start.tag_directives.end,
          isBelowBorder
            ? lines.popFirst() == Int(event.start_mark.line) + 1 : documents.isEmpty
        else { return nil }
      case YAML_DOCUMENT_END_EVENT: try add(builder.finishDocument(), to: &documents)
      default: try builder.take(event)
      }
    }
  }

  private func add(_ root: Node, to documents: inout [Document]) throws(ManifestError) {
    guard documents.count < limits.documents else {
      throw ManifestError(
        code: .tooLarge, file: file, position: root.position,
        message: "more than \(limits.documents) documents; split the file")
    }
    documents.append(Document(index: documents.count + 1, root: root))
  }
}

// MARK: Part by part

extension DocumentReader {
  private func read(
    _ parts: [DocumentPart], asJSON isJSON: Bool
  ) throws(ManifestError) -> Read {
    var builder = TreeBuilder(file: file, limits: limits)
    var documents: [Document] = []
    for part in parts {
      let part = borders.withoutMarkBelowComments(part)
      let text = UnsafeRawBufferPointer(rebasing: bytes[part.range])
      builder.linesAbove = part.line
      let root: Node?
      if isJSON, let adapted = JSONText.adapted(text) {
        root = try adapted.withUnsafeBufferPointer { buffer throws(ManifestError) in
          try firstDocument(of: UnsafeRawBufferPointer(buffer), in: part, with: &builder)
        }
      } else {
        root = try firstDocument(of: text, in: part, with: &builder)
      }
      // Above the first border there may be comments alone.
      if let root = root ?? (part.isBelowBorder ? .null : nil) { try add(root, to: &documents) }
    }
    return (documents, builder.faultOfKustomize)
  }

  /// The only document of a part; `nil` for none.
  private func firstDocument(
    of text: UnsafeRawBufferPointer, in part: DocumentPart, with builder: inout TreeBuilder
  ) throws(ManifestError) -> Node? {
    guard !text.isEmpty else { return nil }
    let events = try EventStream(bytes: text, file: file, linesAbove: part.line)
    var event = yaml_event_t()
    while true {
      try events.next(into: &event)
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_STREAM_END_EVENT: return nil
      case YAML_DOCUMENT_END_EVENT:
        if let rest = PartRest.position(in: text, fromCharacter: Int(event.end_mark.index)) {
          throw ManifestError(
            code: .documentBorder, file: file,
            position: Position(line: rest.line + part.line, column: rest.column),
            message: "another document above the next line ---: only the first one is read; begin "
              + "this one with a line ---")
        }
        return builder.finishDocument()
      default: try builder.take(event)
      }
    }
  }
}

/// What is in a part after its document.
private enum PartRest {
  /// Where anything but comments, directives and marks of YAML begins; `nil` for nothing.
  static func position(in text: UnsafeRawBufferPointer, fromCharacter count: Int) -> Position? {
    var place = text.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    var left = count
    while place < text.count {
      // A byte of the form 10xxxxxx continues a character.
      if text[place] & 0xc0 != 0x80 {
        if left == 0 { break }
        left -= 1
      }
      place += 1
    }
    for line in text[place...].split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      let words = line.drop(while: DocumentBorders.isSpace)
      let isMark = words.starts(with: "---".utf8) || words.starts(with: "...".utf8)
      let isNothing =
        DocumentBorders.isCommentOrNothing(isMark ? words.dropFirst(3) : words)
        || words.first == UInt8(ascii: "%")
      if !isNothing { return TextPosition.of(offset: words.startIndex, in: text) }
    }
    return nil
  }
}

/// libyaml's parser over bytes in memory.
private struct EventStream: ~Copyable {
  // On the heap: libyaml keeps pointers into itself.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private let linesAbove: Int

  init(
    bytes: UnsafeRawBufferPointer, file: String, linesAbove: Int = 0
  ) throws(ManifestError) {
    parser = .allocate(capacity: 1)
    self.bytes = bytes
    self.file = file
    self.linesAbove = linesAbove
    guard yaml_parser_initialize(parser) == 1 else {
      throw ManifestError(
        code: .tooLarge, file: file, position: nil, message: "no memory is left to read the file")
    }
    yaml_parser_set_input_string(
      parser, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
  }

  deinit {
    // After a failed initialisation libyaml has zeroed the parser: deleting it is then harmless.
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  func next(into event: inout yaml_event_t) throws(ManifestError) {
    guard yaml_parser_parse(parser, &event) == 1 else {
      throw SyntaxFault(parser: parser.pointee, bytes: bytes, linesAbove: linesAbove)
        .error(file: file)
    }
  }
}

extension Position {
  /// Converts from libyaml, which counts from 0.
  init(_ mark: yaml_mark_t, linesAbove: Int = 0) {
    self.init(line: Int(mark.line) + 1 + linesAbove, column: Int(mark.column) + 1)
  }
}

/// Text in UTF-16 with a byte order mark.
private enum UTF16Text {
  /// Its characters in UTF-8; `nil` for other text, and for what is no UTF-16.
  static func asUTF8(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let first = bytes.first, first >= 0xfe, bytes.count.isMultiple(of: 2),
      bytes[1] == (first == 0xff ? 0xfe : 0xff)
    else { return nil }
    let isLittleEndian = first == 0xff
    let units = stride(from: 2, to: bytes.count, by: 2).map { place in
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return isLittleEndian ? second << 8 | first : first << 8 | second
    }
    return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
  }
}
