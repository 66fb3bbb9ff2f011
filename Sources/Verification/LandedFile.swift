internal import Git
internal import Manifests

/// One file of a resource, read.
struct LandedFile {
  /// What the file turned out to be.
  private enum Reading {
    case manifests(ManifestFile)
    case fault(ManifestError)
    /// Nothing that Flux, Argo CD or kubectl would apply, and why.
    case passedOver(String)
  }

  let path: String
  let destination: String
  private let reading: Reading

  init(path: String, destination: String, mode: FileMode, bytes: [UInt8]?) {
    self.path = path
    self.destination = destination
    reading = Self.read(path: path, mode: mode, bytes: bytes)
  }

  /// Whether a file is one that Kubernetes' tools read as manifests.
  static func isRead(path: String, mode: FileMode) -> Bool {
    mode.isFile
      && [".yaml", ".yml", ".json"].contains { path.lowercased().hasSuffix($0) }
  }

  private static func read(path: String, mode: FileMode, bytes: [UInt8]?) -> Reading {
    guard mode.isFile else { return .passedOver("a link and not a file") }
    guard let bytes else { return .passedOver("a file that is not named .yaml, .yml or .json") }
    do throws(ManifestError) {
      let file = try ManifestFile(parsing: bytes, name: path)
      return file.documents.allSatisfy(\.isEmpty) ? .passedOver("an empty file") : .manifests(file)
    } catch {
      return .fault(error)
    }
  }

  /// Why the file cannot be read as YAML.
  var fault: ManifestError? {
    if case .fault(let error) = reading { error } else { nil }
  }

  /// Why the file as a whole is no manifest.
  var reasonPassedOver: String? {
    if case .passedOver(let reason) = reading { reason } else { nil }
  }

  /// Its documents; none if it cannot be read.
  var documents: [Document] {
    if case .manifests(let file) = reading { file.documents } else { [] }
  }

  /// Whether it is there for people to read.
  var isReadme: Bool {
    path.split(separator: "/").last?.lowercased().hasPrefix("readme") ?? false
  }

  /// Whether it steers kustomize and is itself not applied.
  private var isKustomization: Bool {
    ["kustomization.yaml", "kustomization.yml"].contains(
      path.split(separator: "/").last.map(String.init))
  }

  /// Documents that hold something and no object.
  var otherDocuments: [Document] {
    isKustomization ? [] : documents.filter { $0.object == nil && !$0.isEmpty }
  }

  /// Its objects, lists taken apart.
  var objects: [LandedObject] {
    guard !isKustomization else { return [] }
    return documents.flatMap { document in
      document.objects.map { object in
        LandedObject(
          destination: destination, file: path, document: document.index,
          identity: object.identity, node: object.node, pointer: object.pointer)
      }
    }
  }
}
