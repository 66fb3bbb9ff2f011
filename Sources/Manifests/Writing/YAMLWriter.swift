/// Writes nodes as YAML text in the style of Kubernetes' own tools (sigs.k8s.io/yaml).
///
/// Block style; dashes are not indented below their key; `{}` and `[]` for empty collections; text
/// of several lines as a literal block. A string is quoted if it would be read as another type. Lines
/// are not folded. The text reads back as the same nodes, except that a whole `.number(1)` becomes an
/// integer.
package struct YAMLWriter: Sendable {
  /// Whether keys are sorted by their bytes.
  package var sortsKeys: Bool

  package init(sortsKeys: Bool = false) {
    self.sortsKeys = sortsKeys
  }

  /// The YAML text of one document, with a newline at its end.
  package func text(of node: Node) -> String {
    var output: [UInt8] = []
    writeDocument(node, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// The YAML text of documents, with `---` between them.
  package func text(of documents: some Sequence<Node>) -> String {
    var output: [UInt8] = []
    for (index, node) in documents.enumerated() {
      if index > 0 { output += "---\n".utf8 }
      writeDocument(node, to: &output)
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func writeDocument(_ node: Node, to output: inout [UInt8]) {
    write(node, indent: 0, to: &output)
  }

  /// Writes a value at the end of the current line, and ends the line.
  private func write(_ node: Node, indent: Int, to output: inout [UInt8]) {
    switch node.content {
    case .mapping(let mapping) where !mapping.isEmpty:
      for (index, entry) in mapping.entries(sorted: sortsKeys).enumerated() {
        if index > 0 { write(indent: indent, to: &output) }
        write(entry, indent: indent, to: &output)
      }
    case .sequence(let items) where !items.isEmpty:
      for (index, item) in items.enumerated() {
        if index > 0 { write(indent: indent, to: &output) }
        output += "- ".utf8
        write(item, indent: indent + 2, to: &output)
      }
    default:
      writeScalar(node, indent: indent, to: &output)
    }
  }

  private func write(_ entry: Mapping.Entry, indent: Int, to output: inout [UInt8]) {
    let start = output.count
    StringText.writeKey(entry.key, to: &output)
    if output.count - start > Self.simpleKeyLimit {
      // YAML requires an indicator before a long key.
      output.insert(contentsOf: "? ".utf8, at: start)
      output.append(UInt8(ascii: "\n"))
      write(indent: indent, to: &output)
    }
    output.append(UInt8(ascii: ":"))
    switch entry.value.content {
    case .mapping(let mapping) where !mapping.isEmpty:
      output.append(UInt8(ascii: "\n"))
      write(indent: indent + 2, to: &output)
      write(entry.value, indent: indent + 2, to: &output)
    case .sequence(let items) where !items.isEmpty:
      output.append(UInt8(ascii: "\n"))
      write(indent: indent, to: &output)
      write(entry.value, indent: indent, to: &output)
    default:
      output.append(UInt8(ascii: " "))
      writeScalar(entry.value, indent: indent + 2, to: &output)
    }
  }

  private func writeScalar(_ node: Node, indent: Int, to output: inout [UInt8]) {
    switch node.content {
    case .null: output += "null".utf8
    case .boolean(let value): output += (value ? "true" : "false").utf8
    case .integer(let value): output += String(value).utf8
    case .number(let value): output += DecimalText.general(value).utf8
    case .string(let value): StringText.writeValue(value, indent: max(indent, 2), to: &output)
    case .sequence: output += "[]".utf8
    case .mapping: output += "{}".utf8
    }
    if output.last != UInt8(ascii: "\n") { output.append(UInt8(ascii: "\n")) }
  }

  private func write(indent: Int, to output: inout [UInt8]) {
    output += repeatElement(UInt8(ascii: " "), count: indent)
  }

  /// Readers look back 1024 characters for the key of a `:`; this leaves room for quotes.
  private static let simpleKeyLimit = 1000
}
