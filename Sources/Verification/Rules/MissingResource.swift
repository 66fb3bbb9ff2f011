internal import Manifests

/// Expected objects that are in no landed document.
enum MissingResource: RuleDefinition {
  static let rule = Rule.missingResource
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning:
      "An expected object is in no landed document. The Expectation of the Promise names it, "
      + "and none of the resource's files holds it.",
    origins: [
      "Only the first of several documents was rendered: the template was split, or a tool reads "
        + "one document only.",
      "The object's name was rendered differently.",
      "A condition in the template left it out for this request.",
    ],
    remedies: [
      "Let the pipeline render every document of its template.",
      "Where the object is no longer wanted, take it out of the Expectation; where only some requests "
        + "have it, put it under spec.optional.",
    ],
    silence: [
      "There is no Expectation for the Promise: unlike-siblings compares it with other requests, if "
        + "there are enough. A note says so.",
      "The Expectation has the object under spec.optional.",
      "A file of the resource cannot be read, or it has more files than are held at "
        + "once: another file may hold the object. A note says so.",
      "An object of the kind has a placeholder for a name: that is placeholder-left.",
    ])
}

extension MissingResource {
  /// - Parameter home: The placement that the objects belong to, where its path is known.
  static func findings(in matches: ObjectMatches, home: String?) -> [Finding] {
    let required = matches.matches.filter { !$0.expected.isOptional }
    let missing = required.filter { $0.landed.isEmpty && $0.unnamed == nil }
    let cause = cause(of: missing.count, among: required, in: matches)
    let files = matches.landed.map(\.file)
    let file = home.flatMap { home in files.first { $0.begins(with: home + "/") } } ?? files.first
    return missing.map { match in
      finding(
        file: file, object: match.expected.identity.description,
        expected: match.expected.identity.description, actual: "no such object", cause: cause,
        remedy: cause == nil
          ? "let the pipeline render it" : "let the pipeline render every document of its template")
    }
  }

  /// Only the first expected object landed: the tool rendered the first document and no other.
  private static func cause(
    of missing: Int, among required: [ObjectMatches.Match], in matches: ObjectMatches
  ) -> String? {
    guard required.count > 1, missing == required.count - 1, matches.landed.count == 1,
      required.first?.landed.count == 1
    else { return nil }
    return "only the first of \(required.count) documents was rendered"
  }
}
