internal import Manifests

/// The lines of a file as they may be shown: without control characters, the values of Secrets, and
/// values that go by a password's name.
struct VisibleLines {
  let lines: [String]

  init(of bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in String(Substring(line.last == "\r" ? line.dropLast() : line)) }
    // What cannot be read is judged line by line.
    let file = try? ManifestFile(parsing: bytes, name: "")
    let passwords = file.map(PasswordLines.init)
    let redacted = LineRedaction(of: text).apply(to: lines)
    self.lines = zip(lines, redacted).enumerated().map { index, line in
      if line.0 != line.1 { return Self.visible(line.1) }
      let isHidden =
        passwords?.contain(line.0, at: index + 1)
        ?? Self.mayHoldPassword(line.0, after: index > 0 ? lines[index - 1] : "")
      return Self.visible(isHidden ? Self.hidden(line.0) : line.0)
    }
  }

  /// The key of a line alone.
  private static func hidden(_ line: String) -> String {
    let key = line.prefix { $0 != ":" && $0 != "=" }
    let isKey = key.count < line.count && key.allSatisfy { $0.isLetter || "-_./ \"'".contains($0) }
    return (isKey ? "\(key): " : String(line.prefix { $0 == " " })) + Redaction.redacted
  }

  /// Of a file that cannot be read as YAML, what follows or is under a password's name.
  private static func mayHoldPassword(_ line: String, after last: String) -> Bool {
    Redaction.isSecretName(line) || Redaction.isSecretName(last) || Redaction.holdsSecret(line)
  }

  /// Text of others must not steer a terminal.
  private static func visible(_ line: String) -> String {
    String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: scalar == "\t" ? " " : "?"
          default: scalar
          }
        }))
  }
}

/// The lines of a file on which a value is that goes by a password's name.
private struct PasswordLines {
  private var ranges: [ClosedRange<Int>] = []
  private var texts: Set<String> = []
  /// A text as short as this may be part of any other.
  private static let shortest = 4

  init(_ file: ManifestFile) {
    var values: [(line: Int, text: String?)] = []
    for document in file.documents { Self.collect(document.root, isSecret: false, into: &values) }
    let starts = values.map(\.line).sorted()
    for value in values {
      guard let text = value.text else { continue }
      // A value of several lines ends where the next one begins.
      let next = starts.first { $0 > value.line } ?? value.line + text.utf8.count
      ranges.append(value.line...max(value.line, next - 1))
      if text.count >= Self.shortest { texts.insert(text) }
    }
  }

  func contain(_ line: String, at number: Int) -> Bool {
    ranges.contains { $0.contains(number) } || texts.contains { line.includes($0) }
      || Redaction.holdsSecret(line)
  }

  /// All keys and values with their lines; the text of those that are secret.
  private static func collect(
    _ node: Node, isSecret: Bool, into values: inout [(line: Int, text: String?)]
  ) {
    if let entries = node.mapping?.entries {
      let isNamedSecret = node["name"]?.string.map(Redaction.isSecretName) ?? false
      for entry in entries {
        values.append((entry.keyPosition.line, nil))
        let isOwn = Redaction.isSecretName(entry.key) || entry.key == "value" && isNamedSecret
        collect(entry.value, isSecret: isSecret || isOwn && entry.value.isScalar, into: &values)
      }
    } else if let items = node.sequence {
      for item in items { collect(item, isSecret: isSecret, into: &values) }
    } else if node.boolean == nil, !node.isNull {
      values.append((node.position.line, isSecret ? node.string ?? "" : nil))
    }
  }
}

extension Node {
  fileprivate var isScalar: Bool { mapping == nil && sequence == nil }
}
