internal import Manifests

/// Resources that lack what all other requests of their Promise have.
enum UnlikeSiblings: RuleDefinition {
  static let rule = Rule.unlikeSiblings
  static let severity = Severity.warning
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning:
      "A resource is unlike those of the other requests of its Promise. For a Promise without an "
      + "Expectation, objects, names, namespaces and fields are learned from up to 16 other resources of "
      + "the state store: what is the same in all of them, or follows from the request.",
    origins: [
      "A document was not rendered, or an object was named differently.",
      "A field was left at the template's value, or misspelled.",
      "Someone edited the file.",
      "The Promise was changed, and the other requests have not been rendered again.",
      "The request asks for something that no other request asks for.",
    ],
    remedies: [
      "Compare it with the resource of another request: statestore diff, or git diff --no-index.",
      "Verify all requests together: --request with a directory of them shows what follows from which field.",
      "Write down what is right: statestore expectation from --repo URL --promise NAME is a first "
        + "Expectation, which takes the place of this rule.",
    ],
    silence: [
      "There is an Expectation for the Promise, built in or supplied.",
      "Fewer than three other requests of the Promise have a readable resource in directories of their "
        + "own: they may be alike by chance.",
      "The request has a value that none of the others has: what follows from it is not known. A note "
        + "says so.",
      "Only names are known, as with --all, and several values differ at once: it may be of another size.",
      "Only names are known, and the API of the Promise lets a request choose between the two values, or "
        + "name the namespace.",
      "The name or namespace is the same in all others and another here: what follows from it cannot be "
        + "told from what is fixed.",
      "Another rule has a finding at the same field.",
      "A client of the service sees one namespace only: nothing of others is shown.",
    ])
}

extension UnlikeSiblings {
  static func finding(
    missing expected: ExpectedObject, in landed: LandedResource, among siblings: String
  ) -> Finding {
    finding(
      file: landed.files.first?.path, object: expected.identity.description,
      expected: expected.identity.description, actual: "no such object",
      cause: "each of \(siblings) has it", remedy: remedy)
  }

  static func finding(
    _ difference: Difference, in landed: LandedObject, among siblings: String
  ) -> Finding {
    let redaction = Redaction(of: landed.node)
    return finding(
      in: landed, at: difference.pointer, position: difference.position,
      expected: redaction.text(
        of: difference.expected, at: difference.pointer, beside: difference.actual),
      actual: redaction.text(
        of: difference.actual, at: difference.pointer, beside: difference.expected),
      cause: "\(siblings) agree on it", remedy: remedy)
  }

  static func finding(unexpected object: LandedObject, among siblings: String) -> Finding {
    finding(
      in: object, expected: "no such object", actual: object.identity.description,
      cause: "none of \(siblings) has it", remedy: remedy)
  }

  private static let remedy =
    "let the pipeline render it as for the others, or write an Expectation"
}
