import Foundation
import Kratix
import Landing
import Manifests

/// Something that a command reads because a flag names it: a file, or `-` for standard input.
struct Input: Sendable {
  /// The path, or `standard input`.
  let name: String
  let bytes: [UInt8]

  /// Reads a file or standard input; a link that leads out of its directory is refused.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`, or `unsafe-path` for the link.
  init(_ path: String) throws {
    if path == "-" {
      name = "standard input"
      bytes = try orConfigurationError(name) {
        Array(try FileHandle.standardInput.readToEnd() ?? Data())
      }
      return
    }
    name = path
    let file = try ContainedFile(path)
    do throws(KratixError) {
      bytes = try file.bytes()
    } catch {
      throw LandingError(.invalidConfiguration, error.message)
    }
  }

  /// Reads a file of the configuration, where links may lead anywhere.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  init(configuration path: String) throws {
    name = path
    bytes = try orConfigurationError(path) {
      // A pipe has no size to read by.
      Array(try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd() ?? Data())
    }
  }

  /// A file, the manifests of a directory, or standard input.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`, or `unsafe-path` for a link.
  static func all(at path: String) throws -> [Input] {
    path == "-"
      ? [try Input(path)] : try CommonOptions.manifestFiles(at: path).map { try Input($0) }
  }

  /// The content as manifests.
  ///
  /// - Throws: `ManifestError` with the name.
  func manifests() throws(ManifestError) -> ManifestFile {
    try ManifestFile(parsing: bytes, name: name)
  }

  /// The one request of a file.
  ///
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  static func request(in path: String) throws -> ResourceRequest {
    let input = try Input(path)
    let file = try input.manifests()
    guard let object = file.objects.first, file.objects.count == 1 else {
      throw LandingError(.invalidInput, "\(input.name): one request must be in it")
    }
    return try ResourceRequest(PlatformObject(object, file: input.name))
  }
}
