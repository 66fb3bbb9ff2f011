package import Manifests

/// A first Expectation, written from output that is known to be good.
///
/// The request's name, namespace and fields become references where they are in the output. Several
/// samples, a request of each size with its output, show which values follow which field: those become
/// tables.
package struct ExpectationDraft: Sendable {
  /// The manifest as YAML, with a newline at its end.
  package let text: String

  /// Writes an Expectation.
  ///
  /// - Parameters:
  ///   - samples: One or more; the first one decides the order of objects.
  ///   - promise: The Promise's name.
  ///   - schema: The schema of its requests, where it is known.
  /// - Throws: `ManifestError` if there is nothing that it could expect.
  package init(samples: [Sample], promise: String, schema: Node?) throws(ManifestError) {
    let learned = LearnedExpectation(
      from: samples, promise: promise, support: 1, impliesFields: false, schema: schema)
    guard !learned.isEmpty else {
      throw ManifestError(
        code: .missingField, file: "the Expectation for \(promise)", position: nil,
        message:
          "the \(samples.count == 1 ? "sample has" : "\(samples.count) samples have") no object "
          + "whose name follows from the request: there is nothing to expect")
    }
    text = Self.remarks(on: learned, schema: schema).map { "# \($0)\n" }.joined() + learned.text
  }

  /// What a person has to see to.
  private static func remarks(on learned: LearnedExpectation, schema: Node?) -> [String] {
    let count = learned.sampleCount
    let basis = count == 1 ? "one sample" : "\(count) samples"
    if learned.knowledge == .names {
      return [
        "Learned from \(basis), of which only names and namespaces are known: values that differ are "
          + "left out, and values that are the same may follow from a field of the request.",
        "statestore expectation from --rendered and --request with a request of each kind shows what "
          + "follows from what.",
      ]
    }
    return learned.fields.compactMap { field in
      let property = schema?.property(at: field.pointer)
      let shown = Set(field.values)
      let choices = property?["enum"]?.sequence ?? []
      let path = JSONPointer.path(field.pointer)
      let advice =
        "give a --rendered and a --request for each, or write a table for what follows it."
      if !choices.isEmpty {
        guard choices.count > shown.count else { return nil }
        let names = choices.compactMap(\.scalarText).joined(separator: ", ")
        return "\(path) can be \(names): \(advice)"
      }
      let pattern = property?["pattern"]?.string
      guard shown.count == 1, pattern != nil || !learned.referredFields.contains(field.pointer),
        let value = field.values[0].scalarText
      else { return nil }
      let others = pattern.map { ", and can be what matches \($0)" } ?? ""
      return "\(path) is \(value) in \(basis)\(others): what follows from it besides references is "
        + "fixed here; \(advice)"
    }
  }
}
