internal import Manifests

/// What landed beside what must be there.
struct ExpectationCheck {
  let matches: ObjectMatches

  /// Expected objects that are in no document.
  var missing: [Finding] {
    let missing = matches.matches.filter { $0.landed.isEmpty && $0.unnamed == nil }
    let cause = cause(of: missing.count)
    return missing.map { match in
      Finding(
        rule: .missingResource, file: matches.landed.first?.file,
        object: match.expected.identity.description,
        expected: match.expected.identity.description, actual: "no such object", cause: cause,
        remedy: cause == nil
          ? "let the pipeline render it" : "let the pipeline render every document of its template")
    }
  }

  /// The first document is known by what its object is expected as: the first.
  private func cause(of missing: Int) -> String? {
    let count = matches.matches.count
    guard count > 1, missing == count - 1, matches.landed.count == 1,
      matches.matches.first?.landed.count == 1
    else { return nil }
    return "only the first of \(count) documents was rendered"
  }

  /// Objects that no expectation names.
  var unexpected: [Finding] {
    matches.landed.filter { matches.expected(for: $0) == nil }.map { object in
      object.finding(
        .unexpectedResource, expected: "no such object",
        actual: object.identity.description,
        remedy: "add it to the Expectation, or let the pipeline not render it")
    }
  }

  /// Fields that are not as they must be.
  var mismatches: [Finding] {
    matches.matches.flatMap { match in
      (match.landed + [match.unnamed].compactMap(\.self)).flatMap { landed in
        match.expected.differences(from: landed.node).map { difference in
          finding(difference, in: landed, of: match.expected)
        }
      }
    }
  }

  private func finding(
    _ difference: Difference, in landed: LandedObject, of expected: ExpectedObject
  ) -> Finding {
    let redaction = Redaction(of: landed.node)
    let cause = expected.cause(of: difference)
    return landed.finding(
      .fieldMismatch, at: difference.pointer, position: difference.position,
      expected: redaction.text(
        of: difference.expected, at: difference.pointer, beside: difference.actual),
      actual: redaction.text(
        of: difference.actual, at: difference.pointer, beside: difference.expected), cause: cause,
      remedy: cause == nil
        ? "let the pipeline set it" : "let the pipeline read the value from the request")
  }
}
