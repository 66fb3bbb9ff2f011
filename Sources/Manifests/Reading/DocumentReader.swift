import Clibyaml

/// Reads documents from bytes: passes the events of libyaml to a `TreeBuilder`.
enum DocumentReader {
  static func documents(
    in bytes: UnsafeRawBufferPointer, file: String, limits: Limits
  ) throws(ManifestError) -> [Document] {
    guard bytes.count <= limits.bytes else {
      throw .fileTooLarge(bytes.count, file: file, limits: limits)
    }
    guard !bytes.isEmpty else { return [] }
    guard let adapted = JSONText.adapted(bytes) else {
      return try read(bytes, file: file, limits: limits)
    }
    return try adapted.withUnsafeBufferPointer { buffer throws(ManifestError) in
      try read(UnsafeRawBufferPointer(buffer), file: file, limits: limits)
    }
  }

  private static func read(
    _ bytes: UnsafeRawBufferPointer, file: String, limits: Limits
  ) throws(ManifestError) -> [Document] {
    let events = try EventStream(bytes: bytes, file: file)
    var builder = TreeBuilder(file: file, limits: limits)
    var documents: [Document] = []
    var event = yaml_event_t()
    while true {
      try events.next(into: &event)
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_STREAM_END_EVENT:
        return documents
      case YAML_DOCUMENT_END_EVENT:
        guard documents.count < limits.documents else {
          throw ManifestError(
            code: .tooLarge, file: file, position: Position(event.start_mark),
            message: "more than \(limits.documents) documents; split the file")
        }
        documents.append(Document(index: documents.count + 1, root: builder.finishDocument()))
      default:
        try builder.take(event)
      }
    }
  }
}

/// libyaml's parser over bytes in memory.
private struct EventStream: ~Copyable {
  // On the heap: libyaml keeps pointers into itself.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeRawBufferPointer
  private let file: String

  init(bytes: UnsafeRawBufferPointer, file: String) throws(ManifestError) {
    parser = .allocate(capacity: 1)
    self.bytes = bytes
    self.file = file
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
      throw SyntaxFault(parser: parser.pointee, bytes: bytes).error(file: file)
    }
  }
}

extension Position {
  /// Converts from libyaml, which counts from 0.
  init(_ mark: yaml_mark_t) {
    self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
