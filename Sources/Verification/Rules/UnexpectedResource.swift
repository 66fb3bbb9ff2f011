internal import Manifests

/// Landed objects that no expectation names.
enum UnexpectedResource: RuleDefinition {
  static let rule = Rule.unexpectedResource
  static let severity = Severity.warning
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "An object of the placement that no expectation names. It will be applied.",
    origins: [
      "The pipeline renders more than the Expectation knows.",
      "Its name was rendered differently; then the expected one is missing too.",
      "Someone added it by hand.",
    ],
    remedies: [
      "Add it to the Expectation, or let the pipeline not render it."
    ],
    silence: [
      "There is no Expectation for the Promise: then nothing is unexpected.",
      "It has more files than are held at once. A note says so.",
    ])
}

extension UnexpectedResource {
  static func findings(in matches: ObjectMatches) -> [Finding] {
    matches.landed.filter { matches.expected(for: $0) == nil }.map { object in
      finding(
        in: object, expected: "no such object", actual: object.identity.description,
        remedy: "add it to the Expectation, or let the pipeline not render it")
    }
  }
}
