/// What there is to know of a rule: what a finding of it means, how it comes about, what to do.
///
/// `statestore rule NAME` prints it, and `docs/rules.md` is made of all of them.
package struct RulePage: Sendable, Hashable, Codable {
  /// What a finding of this rule says about the state store.
  package let meaning: String
  /// How it comes about, the most frequent first.
  package let origins: [String]
  /// What to do, in this order.
  package let remedies: [String]
}

extension Rule {
  /// What there is to know of the rule.
  package var page: RulePage {
    switch self {
    case .invalidRequest: .invalidRequest
    case .notLanded: .notLanded
    case .missingFile: .missingFile
    case .modifiedFile: .modifiedFile
    case .orphanFile: .orphanFile
    case .missingResource: .missingResource
    case .wrongNamespace: .wrongNamespace
    case .fieldMismatch: .fieldMismatch
    case .unknownField: .unknownField
    case .danglingReference: .danglingReference
    case .placeholderLeft: .placeholderLeft
    case .invalidYAML: .invalidYAML
    case .duplicateResource: .duplicateResource
    case .misplaced: .misplaced
    case .noDestination: .noDestination
    case .notAManifest: .notAManifest
    case .unexpectedResource: .unexpectedResource
    case .plaintextSecret: .plaintextSecret
    case .foreignCommit: .foreignCommit
    case .stale: .stale
    }
  }
}

/// All rules as a book: for a terminal, and as the page `docs/rules.md`.
package enum RuleBook {
  /// One rule for a terminal.
  package static func text(of rule: Rule) -> String {
    let page = rule.page
    return """
      \(rule.rawValue) (\(severity(of: rule)))

      \(page.meaning)

      How it comes about:
      \(page.origins.map { "  - \($0)" }.joined(separator: "\n"))

      What to do:
      \(page.remedies.map { "  - \($0)" }.joined(separator: "\n"))

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
      "| [`\(rule.rawValue)`](#\(rule.rawValue)) | \(severity(of: rule)) | "
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

      """
  }

  private static func severity(of rule: Rule) -> String {
    rule == .notAManifest
      ? "warning; error where no manifest is left" : rule.defaultSeverity.rawValue
  }
}
