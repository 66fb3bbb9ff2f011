package import Manifests

/// An object of the cluster as it stands in a manifest, with the file it was read from.
package struct PlatformObject: Sendable {
  /// The API group of Kratix's own kinds.
  package static let kratixGroup = "platform.kratix.io"
  /// Kratix's kinds that a platform is made of.
  static let kratixKinds: Set = [
    "GitStateStore", "Destination", "Promise", "PromiseRevision", "ResourceBinding",
  ]

  /// Its kind, name and namespace.
  package let identity: ObjectIdentity
  /// Its fields.
  package let node: Node
  /// The file, for messages.
  package let file: String

  /// An object of a file.
  package init(_ object: ManifestObject, file: String) {
    self.identity = object.identity
    self.node = object.node
    self.file = file
  }

  /// What the object asks for and this program does not do, as messages.
  package var fieldsNotFollowed: [String] {
    let fields = Self.fieldsNotFollowed[identity.kind] ?? [:]
    guard identity.group == Self.kratixGroup else { return [] }
    return fields.sorted { $0.key < $1.key }.compactMap { pointer, remark in
      guard let value = node.value(at: pointer), value.boolean != false else { return nil }
      let field = pointer.parts(separatedBy: "/").joined(separator: ".")
      return "\(identity): \(field) is not followed: \(remark)"
    }
  }

  private static let fieldsNotFollowed: [String: [String: String]] = [
    "GitStateStore": [
      "/spec/insecure": "the certificate of the server is always verified",
      "/spec/commitMessage": "commits have the message of --message-template, or Kratix's own",
    ],
    "Destination": ["/spec/schedulingPolicy": "the labels alone decide"],
    "Promise": ["/spec/schedulingPolicy": "the labels alone decide"],
  ]

  func require<Value>(
    _ shape: Shape<Value>, at pointer: String
  ) throws(ManifestError) -> Value {
    try node.require(shape, at: pointer, in: file)
  }

  func optional<Value>(
    _ shape: Shape<Value>, at pointer: String
  ) throws(ManifestError) -> Value? {
    try node.optional(shape, at: pointer, in: file)
  }

  /// Checks fields that hold others: of anything else these would be taken for absent.
  func checkMappings(at pointers: String...) throws(ManifestError) {
    for pointer in pointers { _ = try optional(.mapping, at: pointer) }
  }

  /// Checks that it is of the one version that Kratix has, where its kind is Kratix's.
  ///
  /// Passing over it would let something else be chosen in its stead.
  func checkVersion() throws(ManifestError) {
    _ = try require(.oneOf(["\(Self.kratixGroup)/v1alpha1"]), at: "/apiVersion")
  }

  /// A name that becomes part of paths and commit subjects.
  ///
  /// - Throws: `ManifestError` when it is no name that Kubernetes would take.
  func requireName() throws(ManifestError) -> String {
    try require(.objectName, at: "/metadata/name")
  }
}

extension Shape where Value == String {
  /// A name of an object in Kubernetes (RFC 1123 subdomain).
  package static var objectName: Shape {
    Shape("a name of lower-case letters, digits, '-' and '.' (at most 253)") { node in
      node.string.flatMap { isObjectName($0) ? $0 : nil }
    }
  }

  private static func isObjectName(_ text: String) -> Bool {
    let isAlphanumeric: (UInt8) -> Bool = { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 253 else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && bytes.allSatisfy {
        isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
      }
  }
}

extension Shape where Value == String {
  /// Text as Kratix reads it from YAML: numbers and booleans become text.
  static var text: Shape { Shape("a text") { text(of: $0) } }

  fileprivate static func text(of node: Node) -> String? {
    switch node.content {
    case .string(let text): text
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .null: ""
    case .sequence, .mapping: nil
    }
  }
}

extension Shape where Value == [String: String] {
  /// Labels that ask for something.
  static var someLabels: Shape {
    Shape("a mapping of labels to texts that is not empty") { node in
      labels.read(node).flatMap { $0.isEmpty ? nil : $0 }
    }
  }

  /// Labels, whose values are texts as Kratix reads them.
  static var labels: Shape {
    Shape("a mapping of labels to texts") { node in
      guard let entries = node.mapping?.entries else { return nil }
      var labels: [String: String] = [:]
      for entry in entries {
        // Two keys that Swift takes for equal are no labels: those are ASCII.
        guard let value = Shape<String>.text(of: entry.value),
          labels.updateValue(value, forKey: entry.key) == nil
        else { return nil }
      }
      return labels
    }
  }
}
