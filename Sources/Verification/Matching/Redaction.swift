internal import Manifests

/// Values as a report may show them: never a secret one, and not at any length.
struct Redaction {
  static let redacted = "(redacted)"
  private static let longest = 200

  private let roots: [Node]

  /// The values of an object, or of documents that stand for each other.
  init(of roots: Node...) { self.roots = roots }

  /// The text of a value that is, or would be, at a place of one of the documents.
  ///
  /// - Parameter other: What it stands beside: a string beside another kind of value is quoted, or
  ///   both could look the same.
  func text(of node: Node?, at pointer: String, beside other: Node? = nil) -> String {
    guard let node else { return "nothing" }
    let isHidden = isSecret(node, at: pointer)
    let shown = isHidden ? Self.hidden(node) : Self.withoutSecrets(node)
    let isQuoted = !isHidden && other != nil && other?.string == nil
    let text = (isQuoted ? nil : shown.string) ?? JSONWriter().text(of: shown)
    return text.count > Self.longest ? text.prefix(Self.longest) + "…" : text
  }

  private func isSecret(_ value: Node, at pointer: String) -> Bool {
    let tokens = JSONPointer.tokens(of: pointer) ?? []
    if let last = tokens.last, Self.isSecret(value, under: last) { return true }
    return roots.contains { root in
      var node = root
      for (index, token) in tokens.enumerated() {
        if Self.isSecretObject(node), Self.isClosed(tokens[index...]) { return true }
        let isValue = token == "value" && index == tokens.count - 1
        if isValue, node["name"]?.string.map(Self.isSecretName) == true { return true }
        guard let next = node.value(at: JSONPointer.appending(token, to: "")) else { return false }
        node = next
      }
      return false
    }
  }
}

extension Redaction {
  /// What of a Secret may be seen.
  private static let openFields: Set<String> = ["apiVersion", "kind", "metadata", "type", "items"]

  /// Whether what is at a place of a Secret is hidden: `kubectl apply` copies its data into an annotation.
  private static func isClosed(_ tokens: ArraySlice<String>) -> Bool {
    guard let field = tokens.first else { return false }
    return !openFields.contains(field)
      || field == "metadata" && tokens.dropFirst().first == "annotations"
  }

  /// Whether a value goes by a password's name, or may be a copy of a Secret; a mapping or a truth value
  /// is none.
  private static func isSecret(_ value: Node, under name: String) -> Bool {
    (value.string != nil || value.number != nil)
      && (isSecretName(name) || name == "kubectl.kubernetes.io/last-applied-configuration")
  }

  private static func isSecretObject(_ node: Node) -> Bool {
    node["kind"]?.string.map { $0 == "Secret" || $0 == "SecretList" } ?? false
  }

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
  static func holdsSecret(_ text: String) -> Bool {
    let lower = text.lowercased()
    let fields = ["password=", "passwd=", "pwd=", "token=", "secret="]
    if fields.contains(where: { lower.includes($0) }) { return true }
    let scalars = lower.unicodeScalars
    guard let scheme = scalars.firstRange(of: "://".unicodeScalars) else { return false }
    let authority = scalars[scheme.upperBound...].prefix {
      $0 != "/" && !$0.properties.isWhitespace
    }
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
      return Node(.mapping(Mapping(mapping.entries.map { shown($0, of: node) })))
    case .sequence(let items): return Node(.sequence(items.map(withoutSecrets)))
    case .string(let text): return holdsSecret(text) ? hidden(node) : node
    default: return node
    }
  }

  private static func shown(_ entry: Mapping.Entry, of node: Node) -> (String, Node) {
    if isSecretObject(node), entry.key == "metadata", var metadata = entry.value.mapping {
      metadata["annotations"] = metadata["annotations"].map(hidden)
      return (entry.key, withoutSecrets(Node(.mapping(metadata))))
    }
    let isClosed = isSecretObject(node) && !openFields.contains(entry.key)
    let isSecretItem = entry.key == "value" && node["name"]?.string.map(isSecretName) ?? false
    let isSecretField = isSecretItem || isSecret(entry.value, under: entry.key)
    return (
      entry.key, isClosed || isSecretField ? hidden(entry.value) : withoutSecrets(entry.value)
    )
  }
}
