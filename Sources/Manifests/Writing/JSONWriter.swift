/// Writes nodes as JSON text.
///
/// Integers are exact, and keys keep their order. Control characters, and others that readers of
/// JavaScript or YAML do not accept (U+2028, U+2029, U+FEFF), are escaped.
package struct JSONWriter: Sendable {
  /// Whether each value is on its own line, indented by two spaces.
  package var isIndented: Bool

  /// Whether keys are sorted by their bytes.
  package var sortsKeys: Bool

  package init(isIndented: Bool = false, sortsKeys: Bool = false) {
    self.isIndented = isIndented
    self.sortsKeys = sortsKeys
  }

  /// The JSON text of a node, without a newline at the end.
  ///
  /// Infinity and NaN, which JSON does not have, become `null`.
  ///
  /// - Parameter depth: The nesting depth of the node in the surrounding text.
  package func text(of node: Node, depth: Int = 0) -> String {
    var output: [UInt8] = []
    write(node, depth: depth, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  private func write(_ node: Node, depth: Int, to output: inout [UInt8]) {
    switch node.content {
    case .null: output += "null".utf8
    case .boolean(let value): output += (value ? "true" : "false").utf8
    case .integer(let value): output += String(value).utf8
    case .number(let value): output += DecimalText.json(value).utf8
    case .string(let value): QuotedText.write(value, as: .json, to: &output)
    case .sequence(let items):
      writeList(items, open: "[", close: "]", depth: depth, to: &output) { item, output in
        write(item, depth: depth + 1, to: &output)
      }
    case .mapping(let mapping):
      let entries = mapping.entries(sorted: sortsKeys)
      writeList(entries, open: "{", close: "}", depth: depth, to: &output) { entry, output in
        QuotedText.write(entry.key, as: .json, to: &output)
        output += (isIndented ? ": " : ":").utf8
        write(entry.value, depth: depth + 1, to: &output)
      }
    }
  }

  private func writeList<Element>(
    _ elements: [Element], open: String, close: String, depth: Int, to output: inout [UInt8],
    write: (Element, inout [UInt8]) -> Void
  ) {
    output += open.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      startLine(depth: depth + 1, to: &output)
      write(element, &output)
    }
    if !elements.isEmpty { startLine(depth: depth, to: &output) }
    output += close.utf8
  }

  private func startLine(depth: Int, to output: inout [UInt8]) {
    guard isIndented else { return }
    output.append(UInt8(ascii: "\n"))
    output += repeatElement(UInt8(ascii: " "), count: 2 * depth)
  }
}

extension Mapping {
  /// The entries in the mapping's order, or sorted by the bytes of their keys.
  func entries(sorted: Bool) -> [Entry] {
    guard sorted else { return entries }
    return entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
