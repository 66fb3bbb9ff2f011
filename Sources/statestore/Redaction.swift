import Manifests

/// Hides the values of Kubernetes Secrets in a file's lines.
struct Redaction {
  private static let placeholder = "(redacted)"
  private let secrets: [Mapping]
  private let isUnreadable: Bool

  init(of bytes: [UInt8]) {
    do throws(ManifestError) {
      let objects = try ManifestFile(parsing: bytes, name: "").objects
      secrets = objects.filter { $0.identity.kind == "Secret" }
        .flatMap { [$0.node["data"], $0.node["stringData"]] }.compactMap { $0?.mapping }
      isUnreadable = false
    } catch {
      secrets = []
      // What cannot be read may hold one.
      isUnreadable = String(decoding: bytes, as: UTF8.self).contains("Secret")
    }
  }

  /// The lines with every Secret's value replaced.
  func apply(to lines: [String]) -> [String] {
    if isUnreadable { return lines.map { _ in Self.placeholder } }
    var shown = lines
    for entry in secrets.flatMap(\.entries) { hide(entry, in: &shown) }
    return shown
  }

  /// A value begins on its own line, and goes on for as long as lines are indented deeper than
  /// its key.
  private func hide(_ entry: Mapping.Entry, in lines: inout [String]) {
    let keyColumn = entry.keyPosition.column
    let first = entry.keyPosition.line - 1
    guard lines.indices.contains(first) else { return }
    lines[first] = lines[first].prefix(keyColumn - 1) + "\(entry.key): \(Self.placeholder)"
    var next = first + 1
    while next < lines.count, next < entry.value.position.line || isInside(lines[next], keyColumn) {
      lines[next] = String(repeating: " ", count: keyColumn + 1) + Self.placeholder
      next += 1
    }
  }

  private func isInside(_ line: String, _ keyColumn: Int) -> Bool {
    let indentation = line.prefix { $0 == " " }.count
    return indentation >= keyColumn || indentation == line.count
  }
}
