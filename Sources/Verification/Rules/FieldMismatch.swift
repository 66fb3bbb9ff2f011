internal import Manifests

/// Fields that differ from the expectation, and values that the API server refuses.
enum FieldMismatch: RuleDefinition {
  static let rule = Rule.fieldMismatch
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A field differs from the expectation. Quantities are compared as quantities, and "
      + "lists of named things by name. Or it is a value that the API server refuses: a number or a "
      + "boolean where it takes strings, as in labels, annotations, a ConfigMap's data and the "
      + "environment of a container, or a string where it takes a number; no base64 in a Secret's data; "
      + "a name, label, key or quantity that cannot be; a selector that is not that of the pods; a "
      + "container without an image; a version that Kubernetes does not serve.",
    origins: [
      "The request's size was never applied: the value is the one of the default.",
      "The pipeline reads a field that the request does not have.",
      "Someone edited the file.",
      "The Expectation is out of date.",
      "A port, true or a password of digits was rendered without quotes.",
      "A password was put into a Secret's data as it is.",
      "A name was built from a title or from several names: it has capitals, or is too long.",
      "A variable that was not set left an empty image, or a size has an invalid unit, as 10GB.",
    ],
    remedies: [
      "Let the pipeline read the value from the request.",
      "Quote what a field of strings holds; encode what a Secret's data holds.",
      "statestore expectation show NAME shows what is expected.",
    ],
    silence: [
      "There is no Expectation for the Promise: then only what the API server refuses of any "
        + "object is judged.",
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

  /// Values for which the API server refuses an object, whatever is expected of it.
  static func refusedValues(in object: LandedObject) -> [Finding] {
    refusedSecretValues(in: object)
      + object.scalarsInsteadOfTexts.map { pointer, value in
        finding(
          in: object, at: pointer, expected: "a string", actual: value.kindDescription,
          cause: "the API server refuses the \(object.identity.kind)", remedy: "quote it")
      }
      + object.refusedValues.map { refused in
        finding(
          in: object, at: refused.pointer, expected: refused.expected, actual: refused.actual,
          cause: "the API server refuses the \(object.identity.kind)", remedy: refused.remedy)
      } + refusedName(of: object) + refusedLabels(of: object)
  }

  private static func refusedName(of object: LandedObject) -> [Finding] {
    let (name, shape) = (object.identity.name, NameShape.of(object.identity))
    let isTooLong = name.utf8.count > shape.longest
    guard !name.isEmpty, isTooLong || !shape.isShape(of: name) else { return [] }
    return [
      finding(
        in: object, at: "/metadata/name",
        expected: isTooLong ? "at most \(shape.longest) characters" : shape.text,
        actual: isTooLong ? "\(name.utf8.count) characters: \(name)" : name,
        cause: "the API server refuses the name of the \(object.identity.kind)",
        remedy: isTooLong ? "let the pipeline shorten it" : "let the pipeline build a valid name")
    ]
  }

  private static func refusedLabels(of object: LandedObject) -> [Finding] {
    (object.node.value(at: "/metadata/labels")?.mapping?.entries ?? []).compactMap { label in
      guard let text = label.value.string, !NameShape.isLabelValue(text) else { return nil }
      return finding(
        in: object, at: JSONPointer.appending(label.key, to: "/metadata/labels"),
        expected: "at most 63 letters, digits, -, _ and ., with a letter or a digit at each end",
        actual: text, cause: "the API server refuses the label",
        remedy: "let the pipeline shorten it, or put it into an annotation")
    }
  }

  /// `stringData` takes strings, and `data` takes base64 (Kubernetes, `core/v1`, Secret).
  ///
  /// A Secret that SOPS encrypted is not judged: its values are known only to Flux, which decrypts it.
  private static func refusedSecretValues(in object: LandedObject) -> [Finding] {
    guard object.identity.kind == "Secret", object.identity.group.isEmpty,
      object.node["sops"] == nil
    else { return [] }
    return refusedValues(of: "stringData", in: object, taking: "a string", remedy: "quote it") {
      $0.string != nil
    }
      + refusedValues(
        of: "data", in: object, taking: "base64", remedy: "encode it, or put it into stringData"
      ) { $0.string?.utf8.isBase64 ?? false }
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
