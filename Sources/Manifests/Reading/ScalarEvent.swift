import Clibyaml

/// A scalar event of libyaml, before it is resolved to a value.
///
/// It is resolved as by Kubernetes' YAML reader: `resolve.go` and `decode.go` in goyaml.v2 of
/// sigs.k8s.io/yaml, followed by the conversion to JSON.
struct ScalarEvent {
  /// The text in libyaml's memory, valid as long as the event.
  let bytes: UnsafeBufferPointer<UInt8>
  let position: Position
  /// Whether it is plain and has no tag, so that the text determines the type.
  private let isPlain: Bool
  private let tag: UnsafeMutablePointer<UInt8>?

  init(_ scalar: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar, position: Position) {
    bytes = UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length))
    isPlain = scalar.plain_implicit != 0
    tag = scalar.tag
    self.position = position
  }

  /// Whether this is `<<`, plain or tagged as a merge key.
  var isMergeKey: Bool {
    guard bytes.count == 2, bytes[0] == UInt8(ascii: "<"), bytes[1] == UInt8(ascii: "<") else {
      return false
    }
    return isPlain || tag.map { String(cString: $0) } == Tag.merge
  }

  private var text: String { String(decoding: bytes, as: UTF8.self) }

  func node(in file: String) throws(ManifestError) -> Node {
    Node(try content(in: file), position: position)
  }

  /// The key of a mapping, and whether it is text in YAML 1.2, as kustomize demands.
  ///
  /// Keys of JSON are strings, so other scalars are converted to text.
  func key(in file: String) throws(ManifestError) -> (text: String, isText: Bool) {
    let content = try content(in: file)
    guard let key = content.key else {
      throw fault(
        .invalidKey, "a key must not be null; put it in quotes if it is meant as text", in: file)
    }
    switch content {
    case .string: return (key, true)
    // kustomize reads `yes`, `on` and their like as text, as YAML 1.2 does.
    case .boolean: return (key, !["true", "false"].contains(text.lowercased()))
    default: return (key, false)
    }
  }

  private func content(in file: String) throws(ManifestError) -> Node.Content {
    if let tag { return try content(tagged: String(cString: tag), in: file) }
    guard isPlain else { return .string(text) }
    return try json(PlainScalar.resolve(bytes), in: file)
  }

  private func json(
    _ content: Node.Content?, in file: String
  ) throws(ManifestError) -> Node.Content {
    guard let content else { return .string(text) }
    if case .number(let value) = content, !value.isFinite {
      throw fault(
        .unsupportedNumber,
        "Kubernetes has no number \(text); put it in quotes if it is meant as text", in: file)
    }
    return content
  }

  private func fault(
    _ code: ManifestError.Code, _ message: String, in file: String
  ) -> ManifestError {
    ManifestError(code: code, file: file, position: position, message: message)
  }
}

extension ScalarEvent {
  private enum Tag {
    static let prefix = "tag:yaml.org,2002:"
    static let merge = prefix + "merge"
  }

  /// A standard tag of YAML must fit the text; any other tag makes it a string, as in Kubernetes.
  private func content(
    tagged tag: String, in file: String
  ) throws(ManifestError) -> Node.Content {
    guard tag.hasPrefix(Tag.prefix) else { return .string(text) }
    let name = tag.dropFirst(Tag.prefix.count)
    let resolved = try json(PlainScalar.resolve(bytes), in: file)
    switch (name, resolved) {
    case ("bool", .boolean), ("int", .integer), ("null", .null), ("float", .number),
      ("float", .integer):
      return resolved
    case ("int", .number) where PlainScalar.isWhole(bytes):
      return resolved
    case ("binary", _):
      guard let bytes = Base64.decode(bytes), let text = String(validating: bytes, as: UTF8.self)
      else {
        throw fault(
          .unsupportedTag, "the value of !!binary is not base64 of UTF-8 text", in: file)
      }
      return .string(text)
    case ("bool", _), ("int", _), ("null", _), ("float", _):
      throw fault(
        .unsupportedTag, "the tag !!\(name) does not fit its value",
        in: file)
    default:
      return .string(text)
    }
  }
}

extension Node.Content {
  /// The scalar as a key of a JSON object; `nil` for null, sequences and mappings.
  var key: String? {
    switch self {
    case .string(let value): value
    case .integer(let value): String(value)
    case .boolean(let value): value ? "true" : "false"
    // sigs.k8s.io/yaml prints such a key in single precision.
    case .number(let value): DecimalText.general(Float(value))
    case .null, .sequence, .mapping: nil
    }
  }
}
