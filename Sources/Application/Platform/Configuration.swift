package import Kratix
import Landing
import Manifests

/// The manifests that `--config` names, above the objects of a cluster; each file is read once, and
/// warned about once.
package struct Configuration {
  /// The texts of everything that was read.
  let texts: [[UInt8]]
  /// The objects of the cluster, and then those of the files, which replace them.
  let files: [ManifestFile]
  /// The files and directories that have nothing in them, with the reasons.
  private(set) var passedOver: [String] = []
  /// What the files ask for and is not done.
  private(set) var remarks: [String] = []

  var isEmpty: Bool { files.allSatisfy(\.objects.isEmpty) }

  /// Reads all files.
  ///
  /// - Parameter cluster: Objects that a cluster has.
  /// - Throws: `LandingError` with `invalid-configuration`.
  init(_ paths: [String], above cluster: ClusterObjects? = nil) throws {
    var texts = cluster?.bytes ?? []
    var files = cluster?.files ?? []
    var declarations = Declarations()
    for path in paths {
      let names = try ManifestPaths.files(at: path)
      if names.isEmpty {
        passedOver.append("\(path): passed over: no .yaml, .yml or .json file is in it")
      }
      for name in names {
        let input = try Input(configuration: name)
        let file = try Self.checked { () throws(ManifestError) in
          let file = try input.manifests()
          try declarations.add(file)
          return file
        }
        if let reason = file.emptiness { passedOver.append("\(name): passed over: \(reason)") }
        for object in file.objects {
          remarks += PlatformObject(object, file: name).fieldsNotFollowed.map { "\(name): \($0)" }
        }
        texts.append(input.bytes)
        files.append(file)
      }
    }
    self.texts = texts
    self.files = files
  }

  /// The platform that the files describe.
  ///
  /// - Parameter known: Objects that are known from elsewhere; those of the files replace them.
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func platform(over known: Platform = Platform()) throws -> Platform {
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
  /// Why the file has no object; `nil` if it has one.
  fileprivate var emptiness: String? {
    // A List without items does not count as an object.
    guard objects.allSatisfy({ $0.identity.kind == "List" }) else { return nil }
    return documents.allSatisfy(\.isEmpty)
      ? "it is empty"
      : "no Kubernetes object is in it, which would have an apiVersion and a kind"
  }
}
