internal import Digests
internal import Manifests
internal import Web

/// Who may do what: bearer tokens, of which only digests are kept.
///
/// ```yaml
/// tokens:
///   - {name: pipelines, sha256: 9f86d0…, role: write, namespace: default}
///   - {name: prometheus, sha256: 60303a…, role: read}
/// ```
///
/// Plain SHA-256 is right for tokens, which are long and random; for passwords it is not.
struct Tokens: Sendable {
  fileprivate struct Entry: Sendable {
    let digest: [UInt8]
    let identity: Identity
  }

  private let entries: [Entry]

  /// Reads a file of tokens.
  ///
  /// A token without a namespace is for all of them, so nothing in the file is passed over: a
  /// misspelt key must not give more than was meant.
  ///
  /// - Throws: `ManifestError` with line and field.
  init(parsing bytes: [UInt8], file: String) throws(ManifestError) {
    let documents = try ManifestFile(parsing: bytes, name: file).documents
    if documents.count > 1 {
      throw ManifestError(
        code: .invalidField, file: file, position: documents[1].root.position,
        message: "this is a second document; put all tokens into one list")
    }
    entries = try TokenReader(root: documents.first?.root ?? .null, file: file).entries()
  }

  /// Whose token it is; `nil` for an unknown one.
  ///
  /// All entries are compared, each to its end, so that the time tells nothing.
  func identity(for token: String) -> Identity? {
    let digest = Digest.sha256(of: token.utf8).bytes
    var found: Identity?
    for entry in entries where ConstantTime.areEqual(digest, entry.digest) {
      found = entry.identity
    }
    return found
  }
}

/// Reads the entries of a file of tokens.
private struct TokenReader {
  let root: Node
  let file: String

  func entries() throws(ManifestError) -> [Tokens.Entry] {
    try root.refuseKeys(besides: ["tokens"], at: "", in: file)
    var entries: [Tokens.Entry] = []
    var lines: [[UInt8]: Int] = [:]
    for index in try root.require(.sequence, at: "/tokens", in: file).indices {
      let pointer = "/tokens/\(index)"
      let entry = try entry(at: pointer)
      let position = root.nearestValue(at: pointer + "/sha256").position
      if let line = lines.updateValue(position.line, forKey: entry.digest) {
        throw ManifestError(
          code: .invalidField, file: file, position: position,
          message: "\(JSONPointer.path(pointer + "/sha256")) is the digest of line \(line) again; "
            + "one token has one role and one namespace: take one of the two out")
      }
      entries.append(entry)
    }
    return entries
  }

  private func entry(at pointer: String) throws(ManifestError) -> Tokens.Entry {
    _ = try root.require(.mapping, at: pointer, in: file)
    try root.refuseKeys(besides: ["name", "sha256", "role", "namespace"], at: pointer, in: file)
    let role = try root.require(.role, at: pointer + "/role", in: file)
    return Tokens.Entry(
      digest: try root.require(.sha256, at: pointer + "/sha256", in: file),
      identity: Identity(
        name: try root.require(.nonEmptyString, at: pointer + "/name", in: file), role: role,
        namespace: try namespace(at: pointer + "/namespace")))
  }

  /// The one namespace; `nil` only where the key is absent.
  private func namespace(at pointer: String) throws(ManifestError) -> String? {
    guard let node = root.value(at: pointer) else { return nil }
    guard !node.isNull else {
      throw ManifestError(
        code: .invalidField, file: file, position: node.position,
        message: "\(JSONPointer.path(pointer)) is null; name the namespace, or leave the key out "
          + "for a token of all namespaces")
    }
    return try root.require(.namespace, at: pointer, in: file)
  }
}

extension Shape where Value == Identity.Role {
  fileprivate static var role: Shape {
    let names = Identity.Role.allCases.map(\.rawValue)
    return Shape("one of " + names.joined(separator: ", ")) { node in
      node.string.flatMap { text in
        // By bytes: texts that only look alike are none.
        Identity.Role.allCases.first { $0.rawValue.utf8.elementsEqual(text.utf8) }
      }
    }
  }
}

extension Shape where Value == String {
  /// The name of a namespace (RFC 1123 label).
  fileprivate static var namespace: Shape {
    Shape("a namespace of Kubernetes: at most 63 lower-case letters, digits and '-'") { node in
      node.string.flatMap { $0.utf8.count <= 63 && isLabel($0) ? $0 : nil }
    }
  }

  private static func isLabel(_ text: String) -> Bool {
    let dash = UInt8(ascii: "-")
    return !text.isEmpty && text.utf8.first != dash && text.utf8.last != dash
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == dash
      }
  }
}

extension Shape where Value == [UInt8] {
  fileprivate static var sha256: Shape {
    // Where a digest should be, somebody may have put the token itself.
    Shape("a SHA-256 in 64 hexadecimal digits, as sha256sum prints it", isSecret: true) { node in
      // Digits alone are read as a number, unless they are quoted.
      guard let text = node.string, text.utf8.count == 64 else { return nil }
      return [UInt8](hexadecimal: text)
    }
  }
}
