/// The documents of a file of Kubernetes manifests, with the position of every value.
///
/// ```swift
/// let file = try ManifestFile(parsing: bytes, name: "deployment.yaml")
/// for object in file.objects { print(object.identity) }
/// ```
///
/// YAML or JSON in UTF-8 or UTF-16 is read as Kubernetes reads it (sigs.k8s.io/yaml), except that
/// duplicate keys and aliases that multiply are errors. It is cut into documents as kubectl and
/// kustomize cut it (`DocumentBorders`).
package struct ManifestFile: Sendable {
  /// The name of the file in errors.
  package let name: String

  /// The documents in order, including empty ones.
  package let documents: [Document]

  /// Why one of the programs that apply manifests refuses the file, or reads fewer documents of it, if
  /// others read all of it.
  package let disagreement: ManifestError?

  /// The objects of all documents, with lists expanded.
  package var objects: [ManifestObject] { documents.flatMap(\.objects) }

  package init(name: String, documents: [Document]) {
    self.init(name: name, documents: documents, disagreement: nil)
  }

  private init(name: String, documents: [Document], disagreement: ManifestError?) {
    self.name = name
    self.documents = documents
    self.disagreement = disagreement
  }

  /// Reads manifests from bytes that stay valid during the call.
  ///
  /// - Throws: The first fault of the text, with its line and column.
  package init(
    parsing bytes: UnsafeRawBufferPointer, name: String, limits: Limits = .default
  ) throws(ManifestError) {
    let read = try DocumentReader.documents(in: bytes, file: name, limits: limits)
    self.init(name: name, documents: read.documents, disagreement: read.disagreement)
  }

  /// Reads manifests from bytes.
  ///
  /// - Throws: The first fault of the text, with its line and column.
  package init(
    parsing bytes: [UInt8], name: String, limits: Limits = .default
  ) throws(ManifestError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(ManifestError) in
      try ManifestFile(
        parsing: UnsafeRawBufferPointer(buffer), name: name, limits: limits)
    }
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
