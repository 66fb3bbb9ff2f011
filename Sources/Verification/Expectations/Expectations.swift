package import Kratix
package import Manifests

/// All expectations there are: the built-in ones, and those of the platform over them.
package struct Expectations: Sendable {
  /// The expectations, by their names.
  package let all: [Expectation]

  /// The built-in expectations and these; one of a built-in's name takes its place.
  ///
  /// - Throws: `ManifestError` for the first one that cannot be used, with line and column.
  package init(_ objects: [PlatformObject] = []) throws(ManifestError) {
    var byName: [String: Expectation] = [:]
    for (name, text) in Expectation.builtIn {
      let file = try ManifestFile(parsing: text, name: name)
      for object in file.objects {
        var expectation = try Expectation(PlatformObject(object, file: file.name))
        expectation.isBuiltIn = true
        byName[expectation.name] = expectation
      }
    }
    for object in objects {
      let expectation = try Expectation(object)
      byName[expectation.name] = expectation
    }
    all = byName.values.sorted { $0.name < $1.name }
  }

  /// The expectation of a name.
  package subscript(name: String) -> Expectation? { all.first { $0.name == name } }

  /// The expectations for requests of a Promise; all of them must be met.
  package func of(promise: String) -> [Expectation] { all.filter { $0.promise == promise } }
}
