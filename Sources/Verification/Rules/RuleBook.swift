/// All rules as a book: for a terminal, and as the page `docs/rules.md`.
package enum RuleBook {
  /// One rule for a terminal.
  package static func text(of rule: Rule) -> String {
    let page = rule.page
    return """
      \(rule.rawValue) (\(rule.definition.severityText))

      \(wrapped(page.meaning))

      Causes:
      \(list(page.origins, lead: "  - "))

      What to do:
      \(list(page.remedies, lead: "  - "))

      No finding if:
      \(list(page.silence, lead: "  - "))

      Another severity: --rule \(rule.rawValue)=error|warning|off

      """
  }

  /// The names of all rules with what they mean.
  package static var list: String {
    let width = Rule.allCases.map(\.rawValue.count).max() ?? 0
    return Rule.allCases.map { rule in
      let name = rule.rawValue + String(repeating: " ", count: width - rule.rawValue.count)
      return "\(name)  \(rule.defaultSeverity == .error ? "error  " : "warning")  "
        + rule.page.meaning.firstSentence + "\n"
    }.joined()
  }

  /// All rules in Markdown.
  package static var markdown: String {
    let rows = Rule.allCases.map { rule in
      "| [`\(rule.rawValue)`](#\(rule.rawValue)) | \(rule.definition.severityText) | "
        + "\(rule.page.meaning.firstSentence) |"
    }
    let head = """
      # Rules

      What `verify` checks. `statestore rule NAME` prints the same for one rule; this page is made by
      `statestore rule --markdown`. `--rule NAME=error|warning|off` sets another severity.

      | rule | severity | meaning |
      |---|---|---|

      """
    return head + rows.joined(separator: "\n") + "\n"
      + Rule.allCases.map { "\n" + section(of: $0) }.joined()
  }

  private static func section(of rule: Rule) -> String {
    let page = rule.page
    return """
      ## \(rule.rawValue)

      \(wrapped(page.meaning))

      Causes:

      \(list(page.origins, lead: "- "))

      What to do:

      \(list(page.remedies, lead: "- "))

      No finding if:

      \(list(page.silence, lead: "- "))

      """
  }

  private static func list(_ items: [String], lead: String) -> String {
    items.map { wrapped($0, lead: lead) }.joined(separator: "\n")
  }

  /// A paragraph in lines of at most 100 characters; the first begins with `lead`.
  private static func wrapped(_ text: String, lead: String = "") -> String {
    let indent = String(repeating: " ", count: lead.count)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, lead.count + line.count + 1 + word.count > 100 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lead + (lines + [line]).joined(separator: "\n" + indent)
  }
}
