package import Kratix
package import Manifests

/// All expectations there are: the built-in ones, and those of the platform.
package struct Expectations: Sendable {
  /// The expectations, by their names.
  package let all: [Expectation]

  /// The built-in expectations and these; one of a built-in's name takes its place.
  ///
  /// - Throws: `ManifestError` for the first one that cannot be used, with line and column.
  package init(_ objects: [PlatformObject] = []) throws(ManifestError) {
    var byName: [String: Expectation] = [:]
    for builtIn in BuiltInExpectation.all { byName[builtIn.name] = try builtIn.expectation }
    for object in objects {
      let expectation = try Expectation(object)
      byName[expectation.name] = expectation
    }
    all = byName.values.sorted { $0.name < $1.name }
  }

  /// The expectation of a name.
  package subscript(name: String) -> Expectation? { all.first { $0.name == name } }

  /// The expectations for requests of a Promise; all of them must be met.
  ///
  /// The platform's own are chosen by the Promise's name. Where it has none, a built-in one is chosen
  /// by the Promise's API.
  ///
  /// - Parameter promise: The Promise; `nil` where only its name is known.
  package func of(_ promise: Promise?, named name: String) -> [Expectation] {
    let own = all.filter { !$0.isBuiltIn && $0.promise == name }
    guard own.isEmpty, let promise, let builtIn = all.first(where: { $0.isBuiltIn(for: promise) })
    else { return own }
    return [builtIn]
  }
}

extension Expectation {
  /// Whether it is a built-in one for Promises of this API: group and kind are the same, and each
  /// version of its requests has every field that parameters are taken from.
  fileprivate func isBuiltIn(for promise: Promise) -> Bool {
    guard let api, api.group == promise.group, api.kind == promise.kind, !promise.schemas.isEmpty
    else { return false }
    return parameters.allSatisfy { parameter in
      guard case .field(let pointer, _) = parameter.source else { return true }
      return promise.schemas.values.allSatisfy { $0.property(at: pointer) != nil }
    }
  }
}
