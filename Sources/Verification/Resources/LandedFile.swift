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
  /// What stands above, where it is a part of a file.
  let above: Above
  private let reading: Reading
  /// The objects that are the resource's; `nil` for all of them.
  private var names: Set<ObjectName>?

  /// Lines and documents of a file above a part of it.
  struct Above {
    var lines = 0
    var documents = 0
  }

  /// Reads a file, or a part of one that several share.
  init(_ file: RawResource.File) {
    path = file.path
    destination = file.destination
    above = file.above
    reading =
      file.byteCountTooLarge.map { .fault(.fileTooLarge($0, file: file.path)) }
      ?? Self.read(path: path, mode: file.mode, bytes: file.bytes)
  }

  /// The file with those objects alone that are the resource's own.
  func keeping(_ names: Set<ObjectName>) -> LandedFile {
    var file = self
    file.names = names
    return file
  }

  /// Whether a file is one that Kubernetes' tools read as manifests; none of them reads `.YAML`.
  static func isRead(path: String, mode: FileMode) -> Bool {
    mode.isFile
      && ([".yaml", ".yml", ".json"].contains { path.ends(with: $0) } || isKustomization(path))
  }

  /// Whether kustomize takes a file of this name for a kustomization.
  static func isKustomization(_ path: String) -> Bool {
    ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(
      path.parts(separatedBy: "/").last.map(String.init))
  }

  private static func read(path: String, mode: FileMode, bytes: [UInt8]?) -> Reading {
    guard mode.isFile else { return .passedOver("a link and not a file") }
    guard let bytes else { return .passedOver("a file that is not named .yaml, .yml or .json") }
    do throws(ManifestError) {
      let file = try ManifestFile(parsing: bytes, name: path)
      guard file.documents.allSatisfy(\.holdsNothing) else { return .manifests(file) }
      return .passedOver(
        file.documents.allSatisfy(\.isEmpty) ? "an empty file" : "a list without objects")
    } catch {
      return .fault(error)
    }
  }

  /// Why the file cannot be read as YAML.
  var fault: ManifestError? {
    if case .fault(let error) = reading { error } else { nil }
  }

  /// Why only some of the programs that apply manifests read all of it.
  var disagreement: ManifestError? {
    if case .manifests(let file) = reading { file.disagreement } else { nil }
  }

  /// Why the file as a whole is no manifest.
  var reasonPassedOver: String? {
    if case .passedOver(let reason) = reading { reason } else { nil }
  }

  /// Whether its name alone says that nothing applies it.
  var isNoManifestByName: Bool { !Self.isRead(path: path, mode: .file) }

  /// Whether it is YAML or JSON and no document of it is a manifest, as a workflow of GitHub.
  var holdsOtherDocumentsOnly: Bool {
    if case .manifests = reading { documents.allSatisfy { $0.object == nil } } else { false }
  }

  /// Its documents; none if it cannot be read.
  var documents: [Document] {
    if case .manifests(let file) = reading { file.documents } else { [] }
  }

  /// Whether it is there for people to read.
  var isReadme: Bool {
    path.parts(separatedBy: "/").last?.lowercased().begins(with: "readme") ?? false
  }

  /// Whether it is there for git, as .gitkeep.
  var isForGit: Bool { path.parts(separatedBy: "/").last?.begins(with: ".git") ?? false }

  /// Whether it steers kustomize and is itself not applied.
  var isKustomization: Bool { Self.isKustomization(path) }

  /// What a kustomization makes: its pods refer to it by the name that stands here
  /// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/).
  var generated: [MadeObject] {
    guard isKustomization else { return [] }
    return documents.flatMap { document in
      [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")].flatMap { field, kind in
        (document.root[field]?.sequence ?? []).compactMap { $0["name"]?.string }
          .map { MadeObject(kind: kind, name: $0, namespace: nil) }
      }
    }
  }

  /// The files that a kustomization makes something of, or changes objects by.
  ///
  /// From the top of the repository. What it applies as it is, is not among them.
  var inputs: Set<String> {
    guard isKustomization else { return [] }
    let directory = path.parts(separatedBy: "/").dropLast()
    let fields = documents.flatMap { $0.root.mapping?.entries ?? [] }
      .filter { !["resources", "bases", "components", "crds"].contains($0.key) }
    let texts = fields.reduce(into: Set<String>()) { $0.formUnion($1.value.texts) }
    return Set(
      texts.map { text in
        // A file can be given a key: KEY=PATH.
        let name = text.parts(separatedBy: "=").last ?? ""
        return (directory + name.parts(separatedBy: "/").filter { $0 != "." }).joined(
          separator: "/")
      })
  }

  /// Documents that hold something and no object.
  var otherDocuments: [Document] {
    isKustomization || names != nil
      ? [] : documents.filter { $0.object == nil && !$0.isEmpty }
  }

  /// Items of its lists that kubectl refuses, each with its document.
  var refusedItems: [(document: Document, item: RefusedItem)] {
    isKustomization || names != nil
      ? [] : documents.flatMap { document in document.refusedItems.map { (document, $0) } }
  }

  /// Its objects, lists taken apart.
  var objects: [LandedObject] {
    guard !isKustomization else { return [] }
    return documents.flatMap { document in
      document.objects.filter { names?.contains(ObjectName($0.identity)) ?? true }.map { object in
        LandedObject(
          destination: destination, file: path, document: document.index + above.documents,
          linesAbove: above.lines, identity: object.identity, node: object.node,
          pointer: object.pointer)
      }
    }
  }
}

extension Document {
  /// Whether it is empty, or a list without objects.
  fileprivate var holdsNothing: Bool { isEmpty || object != nil && objects.isEmpty }
}
