internal import Foundation
package import Manifests

/// A Kubernetes Secret with what a state store wants to know of its writer.
///
/// It prints nothing of what it holds.
package struct CredentialsSecret: Sendable {
  /// The name.
  package let name: String
  /// The namespace.
  package let namespace: String
  private let values: [String: String]

  /// A Secret with these values.
  package init(name: String, namespace: String, values: [String: String]) {
    self.name = name
    self.namespace = namespace
    self.values = values
  }

  /// Reads a `Secret` manifest.
  ///
  /// - Throws: `ManifestError` with file, line and field, and nothing of the value.
  package init(_ object: PlatformObject) throws(ManifestError) {
    self.name = try object.requireName()
    self.namespace = try object.optional(.objectName, at: "/metadata/namespace") ?? "default"
    var values: [String: String] = [:]
    for entry in try Self.entries(of: "data", in: object) {
      // Lines are Kubernetes' leniency, and the only one: text that is not base64 must not become
      // some other secret.
      let decoded = entry.value.string.flatMap { text in
        Data(base64Encoded: text.filter { !$0.isNewline })
      }
      guard let decoded, let text = String(data: decoded, encoding: .utf8) else {
        throw ManifestError(
          code: .invalidField, file: object.file, position: entry.keyPosition,
          message: "data.\(entry.key) must be text in base64; put plain text under stringData")
      }
      values[entry.key] = text
    }
    for entry in try Self.entries(of: "stringData", in: object) {
      guard let text = entry.value.string else {
        throw ManifestError(
          code: .invalidField, file: object.file, position: entry.keyPosition,
          message: "stringData.\(entry.key) must be a string; quote it")
      }
      values[entry.key] = text
    }
    self.values = values
  }

  /// The fields of a mapping; what stands in its place is not shown, as it may be the secret.
  private static func entries(
    of field: String, in object: PlatformObject
  ) throws(ManifestError) -> [Mapping.Entry] {
    guard let node = object.node[field], !node.isNull else { return [] }
    guard let mapping = node.mapping else {
      throw ManifestError(
        code: .invalidField, file: object.file, position: node.position,
        message: "\(field) must be a mapping of keys to values, not \(node.kindDescription)")
    }
    return mapping.entries
  }

  /// The names of the keys, sorted; they are no secret.
  package var keys: [String] { values.keys.sorted() }

  /// The value of a key.
  package subscript(key: String) -> String? { values[key] }
}

extension CredentialsSecret: CustomStringConvertible, CustomReflectable {
  /// The name alone.
  package var description: String { "Secret \(namespace)/\(name)" }
  /// Nothing.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
