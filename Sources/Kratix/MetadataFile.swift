internal import Manifests

/// The files by which a pipeline and Kratix talk to each other.
enum MetadataFile {
  /// Reads one.
  ///
  /// - Throws: `ManifestError`, or `KratixError`: `unsafePath` for a link that leads out of the
  ///   directory, `invalidInput` when it cannot be read.
  static func read(_ path: String) throws -> ManifestFile {
    let bytes = try ContainedFile(path).bytes(onlyRegular: true)
    return try ManifestFile(parsing: bytes, name: path)
  }

  /// Reads one that may not be there.
  static func readIfPresent(_ path: String) throws -> ManifestFile? {
    try ContainedFile(path).exists ? try read(path) : nil
  }
}

extension Node {
  /// The same fields with lower-case keys, because Go matches keys of JSON in any case.
  var withFoldedKeys: Node {
    guard let mapping else { return self }
    let folded = mapping.entries.map { ($0.key.lowercased(), $0.value) }
    return Node(.mapping(Mapping(folded)), position: position)
  }
}
