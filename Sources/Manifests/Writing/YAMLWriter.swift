/// Writes nodes as YAML text in the style of Kubernetes' own tools (sigs.k8s.io/yaml).
///
/// Block style; dashes stand under their key, not indented; `{}` and `[]` where nothing is in;
/// text of several lines as a literal block. A string is quoted whenever a reader would take it for
/// something else. Lines are not folded. What is written reads back as the same nodes; only a
/// number that is whole, `.number(1)`, comes back as an integer.
package struct YAMLWriter: Sendable {
  /// Whether keys are written in the order of their bytes, not of the mapping.
  package var sortsKeys: Bool

  /// A writer; in the mapping's order unless told otherwise.
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

  /// Writes a value, and the end of its line, where the line so far ends in its place.
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
      // YAML wants a long key to be announced.
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

  /// YAML readers look back 1024 characters for the key of a `:`; some room for its quotes.
  private static let simpleKeyLimit = 1000
}
