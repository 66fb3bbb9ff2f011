import Foundation
import Landing
import Manifests

/// Finds manifest files.
enum ManifestPaths {
  /// The path of a file itself, or of all manifests in a directory and the directories below it.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  static func files(at path: String) throws -> [String] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw LandingError(.invalidConfiguration, "\(path): there is no such file or directory")
    }
    if !isDirectory.boolValue { return [path] }
    let names = try mapToConfigurationError(path) {
      try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
    return try names.flatMap { name -> [String] in
      let below = "\(path)/\(name)"
      // A mounted ConfigMap shows its files twice: as links, and in a hidden directory.
      if name.begins(with: ".") { return [] }
      return try files(at: below).filter { isManifest(name) || $0 != below }
    }
  }

  /// Whether a file is a manifest by its name.
  static func isManifest(_ name: String) -> Bool {
    [".yaml", ".yml", ".json"].contains { name.ends(with: $0) }
  }
}
