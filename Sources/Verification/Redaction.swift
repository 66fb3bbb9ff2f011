internal import Manifests

/// Values as a report may show them: never a secret one, and not at any length.
struct Redaction {
  static let redacted = "(redacted)"
  private static let longest = 200

  private let object: LandedObject

  init(of object: LandedObject) { self.object = object }

  /// The text of a value that is, or would be, at a place of the object.
  func text(of node: Node?, at pointer: String) -> String {
    guard let node else { return "nothing" }
    let shown = isSecret(pointer) ? Self.hidden(node) : Self.withoutSecrets(node)
    let text = shown.string ?? JSONWriter().text(of: shown)
    return text.count > Self.longest ? text.prefix(Self.longest) + "…" : text
  }

  private func isSecret(_ pointer: String) -> Bool {
    let tokens = JSONPointer.tokens(of: pointer) ?? []
    guard let first = tokens.first, let last = tokens.last else { return false }
    if isSecretObject { return !["apiVersion", "kind", "metadata", "type"].contains(first) }
    if Self.isSecretName(last) { return true }
    guard last == "value", let end = pointer.lastIndex(of: "/") else { return false }
    let item = object.node.value(at: String(pointer[..<end]))
    return item?["name"]?.string.map(Self.isSecretName) ?? false
  }

  private var isSecretObject: Bool {
    object.identity.kind == "Secret" && object.identity.group.isEmpty
  }
}

extension Redaction {
  /// Whether a name is one that passwords go by.
  static func isSecretName(_ name: String) -> Bool {
    let letters = name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." }
    let names = [
      "password", "passwd", "passphrase", "pgpass", "token", "apikey", "accesskey", "privatekey",
      "secretkey", "secret", "credential", "connectionstring", "dsn",
    ]
    return names.contains { letters.contains($0) } && letters != "secretname"
  }

  /// Whether a text holds a password by its form: `password=…`, `user:password@host`.
  private static func holdsSecret(_ text: String) -> Bool {
    let lower = text.lowercased()
    if ["password=", "passwd=", "pwd=", "token=", "secret="].contains(where: lower.contains) {
      return true
    }
    guard let scheme = lower.firstRange(of: "://") else { return false }
    let authority = lower[scheme.upperBound...].prefix { $0 != "/" && !$0.isWhitespace }
    return authority.contains("@") && authority.contains(":")
  }

  /// A value whose every text is hidden; the shape stays, so that a list is still seen to be one.
  private static func hidden(_ node: Node) -> Node {
    switch node.content {
    case .mapping(let mapping):
      Node(.mapping(Mapping(mapping.entries.map { ($0.key, hidden($0.value)) })))
    case .sequence(let items): Node(.sequence(items.map(hidden)))
    case .null: node
    default: Node(.string(redacted))
    }
  }

  /// A value without the secrets that its own names give away.
  private static func withoutSecrets(_ node: Node) -> Node {
    switch node.content {
    case .mapping(let mapping):
      let isSecretItem = mapping["name"]?.string.map(isSecretName) ?? false
      return Node(
        .mapping(
          Mapping(
            mapping.entries.map { entry in
              let isSecret =
                entry.value.string != nil
                && (isSecretName(entry.key) || isSecretItem && entry.key == "value")
              return (entry.key, isSecret ? hidden(entry.value) : withoutSecrets(entry.value))
            })))
    case .sequence(let items): return Node(.sequence(items.map(withoutSecrets)))
    case .string(let text): return holdsSecret(text) ? hidden(node) : node
    default: return node
    }
  }
}
