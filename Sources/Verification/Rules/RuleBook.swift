/// All rules as a book: for a terminal, and as the page `docs/rules.md`.
package enum RuleBook {
  /// One rule for a terminal.
  package static func text(of rule: Rule) -> String {
    let page = rule.page
    return """
      \(rule.rawValue) (\(rule.definition.severityText))

      \(page.meaning)

      How it comes about:
      \(page.origins.map { "  - \($0)" }.joined(separator: "\n"))

      What to do:
      \(page.remedies.map { "  - \($0)" }.joined(separator: "\n"))

      When it is silent, and why:
      \(page.silence.map { "  - \($0)" }.joined(separator: "\n"))

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

      What `verify` can hold against a state store. `statestore rule NAME` prints the same for one rule; this page is made by
      `statestore rule --markdown`. `--rule NAME=error|warning|off` sets another severity.

      | rule | severity | says |
      |---|---|---|

      """
    return head + rows.joined(separator: "\n") + "\n"
      + Rule.allCases.map { "\n" + section(of: $0) }.joined()
  }

  private static func section(of rule: Rule) -> String {
    let page = rule.page
    return """
      ## \(rule.rawValue)

      \(page.meaning)

      How it comes about:

      \(page.origins.map { "- \($0)" }.joined(separator: "\n"))

      What to do:

      \(page.remedies.map { "- \($0)" }.joined(separator: "\n"))

      When it is silent, and why:

      \(page.silence.map { "- \($0)" }.joined(separator: "\n"))

      """
  }
}
