import Kratix
import Landing
import Logging
import Manifests

/// The manifests that `--config` names, each read once and remarked on once.
struct Configuration {
  /// What was read, byte for byte.
  let inputs: [Input]
  private let files: [ManifestFile]

  /// Reads all files.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  init(_ options: CommonOptions) throws {
    var inputs: [Input] = []
    var files: [ManifestFile] = []
    var declarations = Declarations()
    func passOver(_ path: String, because reason: String) {
      options.logger.warning("\(path): passed over: \(reason)")
    }
    for path in options.manifestPaths {
      let names = try CommonOptions.manifestFiles(at: path)
      if names.isEmpty { passOver(path, because: "no .yaml, .yml or .json file is in it") }
      for name in names {
        let input = try Input(configuration: name)
        let file = try Self.checked { () throws(ManifestError) in
          let file = try input.manifests()
          try declarations.add(file)
          return file
        }
        if let reason = file.emptiness { passOver(name, because: reason) }
        inputs.append(input)
        files.append(file)
      }
    }
    self.inputs = inputs
    self.files = files
  }

  /// The platform that the files describe, laid over what is known already.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  func platform(over known: Platform = Platform()) throws -> Platform {
    var platform = known
    for file in files {
      try Self.checked { () throws(ManifestError) in try platform.add(file) }
    }
    return platform
  }

  private static func checked<Value>(
    _ body: () throws(ManifestError) -> Value
  ) throws(LandingError) -> Value {
    do throws(ManifestError) {
      return try body()
    } catch {
      throw LandingError(.invalidConfiguration, error.description)
    }
  }
}

extension ManifestFile {
  /// Why there is no object in it; `nil` if there is one.
  fileprivate var emptiness: String? {
    // A List whose items are none is no object of its own.
    guard objects.allSatisfy({ $0.identity.kind == "List" }) else { return nil }
    return documents.allSatisfy(\.isEmpty)
      ? "it is empty"
      : "no Kubernetes object is in it, which would have an apiVersion and a kind"
  }
}
