internal import Foundation
public import Manifests

/// A Kubernetes Secret with what a state store wants to know of its writer.
///
/// It prints nothing of what it holds.
public struct CredentialsSecret: Sendable {
  /// The name.
  public let name: String
  /// The namespace.
  public let namespace: String
  private let values: [String: String]

  /// A Secret with these values.
  public init(name: String, namespace: String, values: [String: String]) {
    self.name = name
    self.namespace = namespace
    self.values = values
  }

  /// Reads a `Secret` manifest.
  ///
  /// - Throws: `ManifestError` with file, line and field, and nothing of the value.
  public init(_ object: PlatformObject) throws(ManifestError) {
    self.name = try object.requireName()
    self.namespace = try object.optional(.objectName, at: "/metadata/namespace") ?? "default"
    var values: [String: String] = [:]
    let encoded = try object.optional(.mapping, at: "/data")?.entries ?? []
    for entry in encoded {
      let decoded = entry.value.string.flatMap {
        Data(base64Encoded: $0, options: .ignoreUnknownCharacters)
      }
      guard let decoded, let text = String(data: decoded, encoding: .utf8) else {
        throw ManifestError(
          code: .invalidField, file: object.file, position: entry.keyPosition,
          message: "data.\(entry.key) must be text in base64; put plain text under stringData")
      }
      values[entry.key] = text
    }
    let plain = try object.optional(.mapping, at: "/stringData")?.entries ?? []
    for entry in plain {
      guard let text = entry.value.string else {
        throw ManifestError(
          code: .invalidField, file: object.file, position: entry.keyPosition,
          message: "stringData.\(entry.key) must be a string; quote it")
      }
      values[entry.key] = text
    }
    self.values = values
  }

  /// The value of a key.
  public subscript(key: String) -> String? { values[key] }
}

extension CredentialsSecret: CustomStringConvertible, CustomReflectable {
  /// The name alone.
  public var description: String { "Secret \(namespace)/\(name)" }
  /// Nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
