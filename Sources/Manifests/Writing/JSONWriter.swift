/// Writes nodes as JSON text.
///
/// Integers are exact, keys keep their order. Control characters, and the few others that JavaScript
/// or YAML readers stumble over (U+2028, U+2029, U+FEFF), are escaped.
package struct JSONWriter: Sendable {
  /// Whether each value stands on a line of its own, indented by two spaces.
  package var isIndented: Bool

  /// Whether keys are written in the order of their bytes, not of the mapping.
  package var sortsKeys: Bool

  /// A writer; compact and in the mapping's order unless told otherwise.
  package init(isIndented: Bool = false, sortsKeys: Bool = false) {
    self.isIndented = isIndented
    self.sortsKeys = sortsKeys
  }

  /// The JSON text of a node, without a newline at the end.
  ///
  /// Infinity and NaN, which JSON has not and the reader refuses, become `null`.
  ///
  /// - Parameter depth: How deep in lists and mappings the text is going to stand.
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
  /// The entries in the mapping's order, or in that of their keys' bytes.
  func entries(sorted: Bool) -> [Entry] {
    guard sorted else { return entries }
    return entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
