internal import Foundation

extension Node {
  /// Reads JSON text that this program has written.
  ///
  /// - Parameter name: What errors call the text.
  /// - Throws: `ManifestError`.
  package init(json bytes: [UInt8], name: String) throws(ManifestError) {
    self = try JSONReader.node(of: bytes, name: name)
  }

  /// A value as JSON has it; keys are in the order of their bytes.
  ///
  /// - Throws: `EncodingError`.
  package init(encoding value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try self.init(json: Array(try encoder.encode(value)), name: "value")
  }
}
