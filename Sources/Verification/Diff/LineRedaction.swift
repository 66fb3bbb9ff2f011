internal import Manifests

/// Hides the values of Kubernetes Secrets in a file's lines.
///
/// Of a Secret a line is shown only where it is known to be harmless. To hide what looks like a
/// value would show the one that looks like something else.
struct LineRedaction {
  private static let placeholder = "(redacted)"
  private let text: String
  private let file: ManifestFile?

  init(of text: String) {
    self.text = text
    // What cannot be read may hold a Secret.
    file = try? ManifestFile(parsing: text, name: "")
  }

  /// The lines of the text with every Secret's value replaced.
  func apply(to lines: [String]) -> [String] {
    guard let file else { return mentionsSecrets ? Self.hidden(lines) : lines }
    let secrets = file.documents.filter(Self.holdsSecret)
    if secrets.isEmpty { return lines }
    // Lines that YAML ends elsewhere than we do, or a Secret inside of something else.
    guard !hasOtherLineBreaks, secrets.allSatisfy({ $0.object?.kind == "Secret" }) else {
      return Self.hidden(lines)
    }
    let starts = file.documents.filter { !$0.isEmpty }.map { $0.root.position.line - 1 }
    var shown = lines
    for secret in secrets {
      let start = secret.root.position.line - 1
      let end = starts.first { $0 > start } ?? lines.count
      guard start >= 0, start < end, end <= lines.count else { return Self.hidden(lines) }
      let first = Self.firstLine(before: start, in: lines)
      shown.replaceSubrange(first..<end, with: Self.hidden(lines[first..<end]))
      SecretLines(lines, of: secret.root).reveal(in: &shown)
    }
    return shown
  }

  private var mentionsSecrets: Bool { text.contains("Secret") }

  private var hasOtherLineBreaks: Bool {
    let scalars = text.unicodeScalars
    let isBroken = scalars.contains { ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) }
    return isBroken
      || zip(scalars, scalars.dropFirst()).contains { $0 == "\r" && $1 != "\n" }
      || scalars.last == "\r"
  }

  /// Whether a Secret stands anywhere in a document, in a list or in another object's fields.
  private static func holdsSecret(_ document: Document) -> Bool {
    document.objects.contains { $0.identity.kind == "Secret" } || holdsSecret(document.root)
  }

  private static func holdsSecret(_ node: Node) -> Bool {
    if node["kind"]?.string == "Secret" || node["kind"]?.string == "SecretList" { return true }
    let children = node.mapping?.entries.map(\.value) ?? node.sequence ?? []
    return children.contains(where: holdsSecret)
  }

  /// The comments above a document belong to it.
  private static func firstLine(before start: Int, in lines: [String]) -> Int {
    var first = start
    while first > 0, isEmpty(lines[first - 1]) || lines[first - 1].begins(with: "#") { first -= 1 }
    return first
  }

  private static func hidden(_ lines: some Sequence<String>) -> [String] {
    lines.map { isEmpty($0) || ["---", "..."].contains($0) ? $0 : placeholder }
  }

  private static func isEmpty(_ line: String) -> Bool { line.allSatisfy(\.isWhitespace) }

  /// The lines of one Secret's fields.
  private struct SecretLines {
    private let lines: [String]
    private let root: Node
    private let keysOnLine: [Int: Int]

    init(_ lines: [String], of root: Node) {
      self.lines = lines
      self.root = root
      keysOnLine = Self.keyLines(of: root).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Puts back what may be seen: all keys, and the values that name the Secret.
    func reveal(in shown: inout [String]) {
      for entry in root.mapping?.entries ?? [] {
        reveal(entry, isOpen: ["apiVersion", "kind", "type"].contains(entry.key), in: &shown)
        for below in entry.value.mapping?.entries ?? [] {
          let names = entry.key == "metadata" && ["name", "namespace"].contains(below.key)
          reveal(below, isOpen: names, in: &shown)
        }
      }
    }

    private func reveal(_ entry: Mapping.Entry, isOpen: Bool, in shown: inout [String]) {
      let index = entry.keyPosition.line - 1
      guard shown.indices.contains(index), keysOnLine[index + 1] == 1 else { return }
      let line = lines[index]
      let indentation = line.prefix { $0 == " " }
      guard indentation.count == entry.keyPosition.column - 1 else { return }
      let isWhole = isOpen && entry.value.position.line == index + 1 && !line.contains("#")
      let opens = line == "\(indentation)\(entry.key):"
      shown[index] = isWhole || opens ? line : "\(indentation)\(entry.key): \(placeholder)"
    }

    private static func keyLines(of node: Node) -> [Int] {
      (node.mapping?.entries ?? []).flatMap { [$0.keyPosition.line] + keyLines(of: $0.value) }
        + (node.sequence ?? []).flatMap(keyLines)
    }
  }
}
