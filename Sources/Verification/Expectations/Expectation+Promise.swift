package import Kratix
package import Manifests

extension Expectation {
  /// Checks that what parameters are taken from is in the schema of the Promise's requests.
  ///
  /// - Throws: `ManifestError` with line and column for the first field that no version of the
  ///   API has.
  package func check(against promise: Promise) throws(ManifestError) {
    guard !promise.schemas.isEmpty else { return }
    for parameter in parameters {
      guard case .field(let pointer, _) = parameter.source else { continue }
      let isKnown = promise.schemas.values.contains { $0.mayHaveField(at: pointer) }
      guard !isKnown else { continue }
      throw ManifestError(
        code: .invalidField, file: file, position: parameter.position,
        message: "the parameter \(parameter.name) is taken from \(JSONPointer.path(pointer)), "
          + "which is no field of the requests of the Promise \(promise.name)")
    }
  }
}

extension Node {
  /// Whether an object of this schema can have a field.
  fileprivate func mayHaveField(at pointer: String) -> Bool {
    let tokens = JSONPointer.tokens(of: pointer) ?? []
    if ["metadata", "apiVersion", "kind", "status"].contains(tokens.first) { return true }
    var schema = self
    for token in tokens {
      if schema["x-kubernetes-preserve-unknown-fields"]?.boolean == true { return true }
      if let property = schema["properties"]?[token] {
        schema = property
      } else if let others = schema["additionalProperties"], others.boolean != false {
        schema = others
      } else if schema["items"] != nil {
        return true
      } else {
        return false
      }
    }
    return true
  }
}
