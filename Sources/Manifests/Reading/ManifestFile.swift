/// The documents of a file of Kubernetes manifests, with the position of every value.
///
/// ```swift
/// let file = try ManifestFile(parsing: bytes, name: "deployment.yaml")
/// for object in file.objects { print(object.identity) }
/// ```
///
/// YAML or JSON in UTF-8 or UTF-16 is read as Kubernetes reads it (sigs.k8s.io/yaml), except that
/// duplicate keys and aliases that multiply are errors.
package struct ManifestFile: Sendable {
  /// The name of the file in errors.
  package let name: String

  /// The documents in order, including empty ones.
  package let documents: [Document]

  /// The objects of all documents, with lists expanded.
  package var objects: [ManifestObject] { documents.flatMap(\.objects) }

  package init(name: String, documents: [Document]) {
    self.name = name
    self.documents = documents
  }

  /// Reads manifests from bytes that stay valid during the call.
  ///
  /// - Throws: The first fault of the text, with its line and column.
  package init(
    parsing bytes: UnsafeRawBufferPointer, name: String, limits: Limits = .default
  ) throws(ManifestError) {
    let documents = try DocumentReader.documents(in: bytes, file: name, limits: limits)
    self.init(name: name, documents: documents)
  }

  /// Reads manifests from bytes.
  ///
  /// - Throws: The first fault of the text, with its line and column.
  package init(
    parsing bytes: [UInt8], name: String, limits: Limits = .default
  ) throws(ManifestError) {
    let documents = try bytes.withUnsafeBufferPointer { buffer throws(ManifestError) in
      try DocumentReader.documents(
        in: UnsafeRawBufferPointer(buffer), file: name, limits: limits)
    }
    self.init(name: name, documents: documents)
  }

  /// Reads manifests from any collection of bytes.
  ///
  /// - Throws: The first fault of the text, with its line and column.
  package init(
    parsing bytes: some Collection<UInt8>, name: String, limits: Limits = .default
  ) throws(ManifestError) {
    try self.init(parsing: [UInt8](bytes), name: name, limits: limits)
  }

  /// Reads manifests from text.
  ///
  /// - Throws: The first fault of the text, with its line and column.
  package init(
    parsing text: String, name: String, limits: Limits = .default
  ) throws(ManifestError) {
    try self.init(parsing: [UInt8](text.utf8), name: name, limits: limits)
  }
}
