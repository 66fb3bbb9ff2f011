internal import Manifests

/// Fields that differ from the expectation, and values of Secrets that the API server refuses.
enum FieldMismatch: RuleDefinition {
  static let rule = Rule.fieldMismatch
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A field differs from the expectation. Quantities are compared as quantities, and "
      + "lists of named things by name. Or it is a Secret's value that the API server refuses: "
      + "stringData takes strings, and data takes base64.",
    origins: [
      "The request's size was never applied: the value is the one of the default.",
      "The pipeline reads a field that the request does not have.",
      "Somebody edited the file.",
      "The Expectation is out of date.",
      "A password of digits was rendered without quotes, or put into data as it is.",
    ],
    remedies: [
      "Let the pipeline read the value from the request.",
      "Quote what stringData holds; encode what data holds.",
      "statestore expectation show NAME shows what is expected.",
    ],
    silence: [
      "There is no Expectation for the Promise: then only the values of Secrets are "
        + "judged.",
      "The Expectation does not name the field, or it is one of several that a request "
        + "may choose and the request is not known (--all).",
      "It is a value of a Secret: of an expected Secret the keys count, so that no "
        + "Expectation holds a password.",
      "The Secret is encrypted with SOPS: only Flux knows its values.",
      "A placeholder is left in the field: that is placeholder-left.",
    ])
}

extension FieldMismatch {
  /// Fields that differ from what is expected of their objects.
  static func findings(in matches: ObjectMatches) -> [Finding] {
    matches.matches.flatMap { match in
      (match.landed + [match.unnamed].compactMap(\.self)).flatMap { landed in
        match.expected.differences(from: landed.node).map { difference in
          finding(difference, in: landed, of: match.expected)
        }
      }
    }
  }

  private static func finding(
    _ difference: Difference, in landed: LandedObject, of expected: ExpectedObject
  ) -> Finding {
    let redaction = Redaction(of: landed.node)
    let cause = expected.cause(of: difference)
    return finding(
      in: landed, at: difference.pointer, position: difference.position,
      expected: redaction.text(
        of: difference.expected, at: difference.pointer, beside: difference.actual),
      actual: redaction.text(
        of: difference.actual, at: difference.pointer, beside: difference.expected), cause: cause,
      remedy: cause == nil
        ? "let the pipeline set it" : "let the pipeline read the value from the request")
  }

  /// Values of a Secret for which the API server refuses it: `stringData` takes strings, and `data`
  /// takes base64 (Kubernetes, `core/v1`, Secret).
  ///
  /// A Secret that SOPS encrypted is not judged: its values are known only to Flux, which decrypts it.
  static func refusedValues(in object: LandedObject) -> [Finding] {
    guard object.identity.kind == "Secret", object.identity.group.isEmpty,
      object.node["sops"] == nil
    else { return [] }
    return refusedValues(of: "stringData", in: object, taking: "a string", remedy: "quote it") {
      $0.string != nil
    }
      + refusedValues(
        of: "data", in: object, taking: "base64", remedy: "encode it, or put it into stringData"
      ) { $0.string?.isBase64 ?? false }
  }

  private static func refusedValues(
    of field: String, in object: LandedObject, taking expected: String, remedy: String,
    _ isTaken: (Node) -> Bool
  ) -> [Finding] {
    (object.node[field]?.mapping?.entries ?? []).filter { !$0.value.isNull && !isTaken($0.value) }
      .map { entry in
        let isText = entry.value.string != nil
        return finding(
          in: object, at: JSONPointer.appending(entry.key, to: "/\(field)"),
          expected: expected,
          actual: isText ? "a string that is none" : entry.value.kindDescription,
          cause: "the API server refuses the Secret", remedy: remedy)
      }
  }
}
