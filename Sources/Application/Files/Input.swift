import Foundation
package import Kratix
import Landing
package import Manifests

/// A file that a flag names, or standard input for `-`, read as a whole.
package struct Input: Sendable {
  /// The path, or `standard input`.
  package let name: String
  package let bytes: [UInt8]

  /// Reads a file or standard input; a symbolic link that leads out of its directory is refused.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`, or `unsafe-path` for the link.
  package init(_ path: String) throws {
    if path == "-" {
      name = "standard input"
      bytes = try mapToConfigurationError(name) {
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

  /// Reads a file of the configuration, where symbolic links may lead anywhere.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  init(configuration path: String) throws {
    name = path
    bytes = try mapToConfigurationError(path) {
      // Not by the file's size, which a pipe does not have.
      Array(try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd() ?? Data())
    }
  }

  /// Reads a file, the manifests of a directory, or standard input.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`, or `unsafe-path` for a link.
  static func all(at path: String) throws -> [Input] {
    path == "-" ? [try Input(path)] : try ManifestPaths.files(at: path).map { try Input($0) }
  }

  /// The content as manifests.
  ///
  /// - Throws: `ManifestError` with the name.
  package func manifests() throws(ManifestError) -> ManifestFile {
    try ManifestFile(parsing: bytes, name: name)
  }

  /// Reads the one request of a file.
  ///
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  package static func request(in path: String) throws -> ResourceRequest {
    try Input(path).request()
  }

  /// The one request of the file.
  ///
  /// - Throws: `ManifestError`, `KratixError` or `LandingError`, with the file.
  func request() throws -> ResourceRequest {
    let file = try manifests()
    guard let object = file.objects.first, file.objects.count == 1 else {
      throw LandingError(.invalidInput, "\(name): one request must be in it")
    }
    return try request(object)
  }

  /// An object of the file as a request.
  ///
  /// - Throws: `ManifestError`, or `LandingError` for an object of the platform itself.
  func request(_ object: ManifestObject) throws -> ResourceRequest {
    let object = PlatformObject(object, file: name)
    let identity = object.identity
    guard identity.group == PlatformObject.kratixGroup else { return try ResourceRequest(object) }
    let use =
      switch identity.kind {
      case "Promise": Self.useOfPromise(object)
      case "Work": "give it with --work"
      default: "the objects of the platform go into --config"
      }
    throw LandingError(
      .invalidInput,
      "\(name): this is the \(identity.kind) \(identity.name), and --request takes resource"
        + " requests; \(use)")
  }

  private static func useOfPromise(_ object: PlatformObject) -> String {
    let api = object.node.value(at: "/spec/api/spec")
    guard let plural = api?.value(at: "/names/plural")?.string,
      let group = api?.value(at: "/group")?.string
    else { return "give it with --config" }
    return "give it with --config, and its requests: kubectl get \(plural).\(group) -A -o yaml"
  }
}
