internal import Git
internal import Manifests

/// Reports as Markdown, for a comment on a pull request (GitHub Flavored Markdown).
///
/// Text of the repository is in code spans or escaped, so that it can neither change the comment nor
/// notify people.
package struct MarkdownReport: Sendable {
  /// How many bytes the findings may have: GitHub takes comments of at most 65,536 characters.
  private static let mostBytes = 50_000
  /// How many findings of one resource are listed.
  private static let mostFindings = 20

  /// Writes no report yet.
  package init() {}

  /// The whole text.
  package func text(of reports: [Report]) -> String {
    reports.map(text).joined(separator: "\n")
  }

  private func text(of report: Report) -> String {
    let failed = report.resources.filter { !$0.findings.isEmpty || $0.verdict != .landed }
    var text = "### statestore: \(escaped(TextReport().verdict(of: report)))\n\n"
    for (index, resource) in failed.enumerated() {
      let entry = self.text(of: resource)
      guard text.utf8.count + entry.utf8.count <= Self.mostBytes else {
        let count = failed.count - index
        return text + "and \(count) more \(count == 1 ? "resource" : "resources")\n"
      }
      text += entry
    }
    return text
  }

  private func text(of resource: ResourceReport) -> String {
    let heading = ["\(Self.code(resource.title)): **\(resource.verdict.rawValue)**", ""]
    let items = resource.findings.prefix(Self.mostFindings).flatMap(item)
    let left = resource.findings.count - Self.mostFindings
    let rest = left > 0 ? ["- and \(left) more findings"] : []
    let notes = resource.notes.map { "- \(escaped($0))" }
    return (heading + items + rest + notes + ["", ""]).joined(separator: "\n")
  }

  private func item(for finding: Finding) -> [String] {
    var lines = ["- **\(finding.severity.rawValue)** \(Self.code(finding.sentence))"]
    if let place = finding.place { lines.append("  in \(Self.code(place))") }
    if let cause = finding.cause { lines.append("  <br>cause: \(escaped(cause))") }
    if let remedy = finding.remedy { lines.append("  <br>remedy: \(escaped(remedy))") }
    if let commit = finding.introduced {
      let author = commit.author.map { " by \($0)" } ?? ""
      lines.append("  <br>introduced: \(Self.code("\(commit.id.abbreviated)\(author)"))")
    }
    return lines
  }

  /// A code span; its text may hold backquotes.
  static func code(_ text: String) -> String {
    let text = onOneLine(text)
    var longest = 0
    var run = 0
    for scalar in text.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return longest == 0 ? "`\(text)`" : "\(fence) \(text) \(fence)"
  }

  /// Text in which nothing is Markdown, HTML, a link or a mention.
  func escaped(_ text: String) -> String {
    Self.onOneLine(text).escaped { scalar in
      switch scalar {
      case "@", "<", ">", "&", ":": "&#\(scalar.value);"
      case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "!": "\\\(scalar)"
      default: nil
      }
    }
  }

  private static func onOneLine(_ text: String) -> String {
    text.escaped { scalar in
      scalar.properties.isWhitespace || scalar.properties.generalCategory == .control ? " " : nil
    }
  }
}
