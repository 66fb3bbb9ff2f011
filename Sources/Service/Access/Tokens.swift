internal import Digests
internal import Manifests

/// Who may do what: bearer tokens, of which only digests are kept.
///
/// ```yaml
/// tokens:
///   - {name: pipelines, sha256: 9f86d0…, role: write, namespace: default}
///   - {name: prometheus, sha256: 60303a…, role: read}
/// ```
///
/// Plain SHA-256 is right for tokens, which are drawn by chance and long; for passwords it is not.
struct Tokens: Sendable {
  private struct Entry: Sendable {
    let digest: [UInt8]
    let identity: Identity
  }

  private let entries: [Entry]

  /// Reads a file of tokens.
  ///
  /// - Throws: `ManifestError` with line and field.
  init(parsing bytes: [UInt8], file: String) throws(ManifestError) {
    let root = try ManifestFile(parsing: bytes, name: file).documents.first?.root ?? .null
    var entries: [Entry] = []
    for node in try root.require(.sequence, at: "/tokens", in: file) {
      let role = try node.require(
        .oneOf(Identity.Role.allCases.map(\.rawValue)), at: "/role", in: file)
      entries.append(
        Entry(
          digest: try node.require(.sha256, at: "/sha256", in: file),
          identity: Identity(
            name: try node.require(.nonEmptyString, at: "/name", in: file),
            role: Identity.Role(rawValue: role) ?? .read,
            namespace: try node.optional(.nonEmptyString, at: "/namespace", in: file))))
    }
    self.entries = entries
  }

  /// Whose token it is; `nil` for nobody's.
  ///
  /// All entries are compared, each to its end, so that the time tells nothing.
  func identity(for token: String) -> Identity? {
    let digest = Digest.sha256(of: token.utf8).bytes
    var found: Identity?
    for entry in entries where Self.areEqual(digest, entry.digest) { found = entry.identity }
    return found
  }

  /// Compares in a time that does not depend on where the difference is.
  static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

extension Shape where Value == [UInt8] {
  fileprivate static var sha256: Shape {
    // Where a digest should be, somebody may have put the token itself.
    Shape("a SHA-256 in 64 hexadecimal digits, as sha256sum prints it", isSecret: true) { node in
      // Digits alone are read as a number, unless they are quoted.
      guard let text = node.string, text.utf8.count == 64 else { return nil }
      var bytes: [UInt8] = []
      var rest = text[...]
      while let byte = UInt8(rest.prefix(2), radix: 16) {
        bytes.append(byte)
        rest = rest.dropFirst(2)
      }
      return bytes.count == 32 ? bytes : nil
    }
  }
}
