internal import Manifests

/// A rule: its name, its default severity, its page, and whether its verdicts can be shared.
///
/// Each rule has a file of its own that holds this and makes all findings of the rule. A new rule also
/// needs a case of `Rule` and a line in `Rule.definition`.
protocol RuleDefinition {
  static var rule: Rule { get }
  /// The severity of its findings, unless `--rule` sets another.
  static var severity: Severity { get }
  /// The severity in words, for the pages.
  static var severityText: String { get }
  static var page: RulePage { get }
  /// Whether its findings on the contents of files depend only on which texts are equal to each other,
  /// or are words that Kubernetes and YAML know, and not on prefixes, ranges or order. They may depend on
  /// whether a text is base64, the value of a label or a quantity, and come where a text is too long.
  ///
  /// `TemplateVerdictCache` shares verdicts between resources that differ in names and values only
  /// while this holds for every rule that is not turned off. True as well for a rule that does not
  /// judge the contents of files.
  static var dependsOnlyOnEquality: Bool { get }
  /// Whether its findings stay the same, but for what they quote, whatever the resource is called and
  /// whatever its own values are: no name and no value can make a finding come or go.
  ///
  /// `TemplateVerdictCache` shares verdicts with findings only where this holds for the rule of each.
  static var ignoresNamesAndValues: Bool { get }
}

extension RuleDefinition {
  static var severityText: String { severity.rawValue }
  static var dependsOnlyOnEquality: Bool { false }
  static var ignoresNamesAndValues: Bool { false }

  /// A finding of this rule.
  static func finding(
    severity: Severity? = nil, file: String? = nil, line: Int? = nil, column: Int? = nil,
    object: String? = nil, pointer: String? = nil, expected: String? = nil, actual: String? = nil,
    cause: String? = nil, remedy: String? = nil
  ) -> Finding {
    Finding(
      rule: rule, severity: severity ?? self.severity, file: file, line: line, column: column,
      object: object, pointer: pointer, expected: expected, actual: actual, cause: cause,
      remedy: remedy)
  }

  /// A finding of this rule at a field of an object, or at the object itself.
  ///
  /// - Parameters:
  ///   - pointer: From the object to the field.
  ///   - position: Where the field is, if not where the pointer leads.
  static func finding(
    in object: LandedObject, at pointer: String = "", position: Position? = nil,
    expected: String? = nil, actual: String? = nil, cause: String? = nil, remedy: String? = nil
  ) -> Finding {
    let place = position ?? object.node.nearestValue(at: pointer).position
    return Finding(
      rule: rule, severity: severity, file: object.file, document: object.document,
      line: place == .none ? nil : place.line + object.linesAbove,
      column: place == .none ? nil : place.column, object: object.identity.description,
      pointer: object.pointer + pointer, expected: expected, actual: actual, cause: cause,
      remedy: remedy)
  }
}
