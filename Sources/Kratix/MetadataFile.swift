internal import Foundation
internal import Manifests

/// The files by which a pipeline and Kratix talk to each other.
enum MetadataFile {
  /// Reads one.
  ///
  /// - Throws: `ManifestError`, or `KratixError` with the code `invalidInput`.
  static func read(_ path: String) throws -> ManifestFile {
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw KratixError(.invalidInput, "\(path): \((error as NSError).localizedDescription)")
    }
    return try ManifestFile(parsing: bytes, name: path)
  }

  /// Reads one that may not be there.
  static func readIfPresent(_ path: String) throws -> ManifestFile? {
    FileManager.default.fileExists(atPath: path) ? try read(path) : nil
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
