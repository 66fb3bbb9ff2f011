package import Landing

/// Severities that somebody chose instead of the rules' own (`--rule NAME=error|warning|off`).
package struct RuleSettings: Sendable, Hashable {
  /// What a rule was set to.
  package enum Setting: String, Sendable, Hashable, CaseIterable {
    /// Its findings are errors.
    case error
    /// Its findings are warnings.
    case warning
    /// It has no findings.
    case off
  }

  /// Every rule as it is.
  package static let `default` = RuleSettings()

  private var settings: [Rule: Setting] = [:]

  /// Every rule as it is.
  package init() {}

  /// Reads settings as they are typed: `wrong-namespace=warning`.
  ///
  /// - Throws: `InvalidRuleSetting` for the first one that cannot be read.
  package init(parsing texts: some Sequence<String>) throws(InvalidRuleSetting) {
    for text in texts {
      let (rule, setting) = try Self.parse(text)
      self[rule] = setting
    }
  }

  /// What a rule was set to; `nil` for a rule that is as it is.
  package subscript(rule: Rule) -> Setting? {
    get { settings[rule] }
    set { settings[rule] = newValue }
  }

  /// The findings with the severities that were chosen, without those that were turned off.
  package func applied(to findings: [Finding]) -> [Finding] {
    findings.compactMap { finding in
      guard let setting = settings[finding.rule] else { return finding }
      guard let severity = Severity(rawValue: setting.rawValue) else { return nil }
      var finding = finding
      finding.severity = severity
      return finding
    }
  }

  private static func parse(_ text: String) throws(InvalidRuleSetting) -> (Rule, Setting) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw InvalidRuleSetting(
        message: "\"\(text)\" is no setting of a rule; write NAME=error, NAME=warning or NAME=off")
    }
    guard let rule = Rule(rawValue: String(parts[0])) else {
      throw InvalidRuleSetting(message: Rule.unknown(String(parts[0])))
    }
    guard let setting = Setting(rawValue: String(parts[1])) else {
      throw InvalidRuleSetting(
        message: "rule \(parts[0]) cannot be \"\(parts[1])\"; it can be error, warning or off")
    }
    return (rule, setting)
  }
}

/// A setting of a rule that cannot be read.
package struct InvalidRuleSetting: LandingFailure, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with it, and what it can be.
  package let message: String

  /// A wrong flag.
  package var landingError: LandingError { LandingError(.invalidConfiguration, message) }

  /// The message.
  package var description: String { message }
}
