internal import Manifests

/// What kustomize reads of the files of a resource, where kustomization files are among them.
///
/// Flux makes a kustomization of a directory without one: of every file .yaml and .yml below it, and of
/// each directory that has a kustomization of its own, whose other files it then does not read
/// (https://fluxcd.io/flux/components/kustomize/kustomizations/#generating-a-kustomizationyaml-file).
struct Kustomizations {
  /// An entry of a kustomization that leads to nothing.
  struct BrokenEntry {
    let file: LandedFile
    let position: Position
    let text: String
  }

  /// Files that no kustomization above them reads, each with that kustomization.
  private(set) var unread: [(file: LandedFile, kustomization: String)] = []
  /// Entries without a file or a kustomization behind them.
  private(set) var brokenEntries: [BrokenEntry] = []
  /// The fields that change objects, or bring others than those of the files: `namespace`, `patches`.
  private(set) var changingFields: Set<String> = []
  /// The kustomizations that agents start from.
  private(set) var tops: [LandedFile] = []

  /// The directories in which there is a kustomization.
  private var byDirectory: [String: LandedFile] = [:]
  private var paths: Set<String> = []
  private var reached: Set<String> = []

  /// Fields that name what is applied.
  private static let lists = ["resources", "bases", "components"]
  /// Fields that leave the names, the namespaces and the specs of objects as they are.
  private static let harmless: Set<String> = [
    "apiVersion", "kind", "metadata", "resources", "bases", "components", "crds",
    "configMapGenerator", "secretGenerator", "generatorOptions", "commonAnnotations", "openapi",
    "buildMetadata", "sortOptions",
  ]

  init(in files: [LandedFile]) {
    let steering = files.filter(\.isKustomization)
    guard !steering.isEmpty else { return }
    paths = Set(files.map(\.path))
    for file in steering { byDirectory[file.directory] = file }
    tops = steering.filter { file in
      !byDirectory.keys.contains { $0 != file.directory && file.directory.isBelow($0) }
    }
    for top in tops { read(top) }
    for file in files where !reached.contains(file.path) && file.isForKubernetes {
      guard let top = tops.first(where: { file.path.isBelow($0.directory) }) else { continue }
      unread.append((file, top.path))
    }
  }

  private mutating func read(_ kustomization: LandedFile) {
    guard reached.insert(kustomization.path).inserted else { return }
    reached.formUnion(kustomization.inputs)
    for document in kustomization.documents {
      for entry in document.root.mapping?.entries ?? [] {
        if Self.lists.contains(entry.key) {
          for item in entry.value.sequence ?? [] { follow(item, in: kustomization) }
        } else if !Self.harmless.contains(entry.key), !entry.value.holdsNothing {
          changingFields.insert(entry.key)
        }
      }
    }
  }

  private mutating func follow(_ entry: Node, in kustomization: LandedFile) {
    guard let text = entry.string else { return }
    let isElsewhere = text.contains("://") || text.contains("?ref=") || text.begins(with: "git@")
    guard !isElsewhere, let path = kustomization.directory.appending(relative: text) else {
      changingFields.insert("resources of another place")
      return
    }
    if paths.contains(path) {
      reached.insert(path)
    } else if let directory = byDirectory[path] {
      read(directory)
    } else if tops.contains(where: { path.isBelow($0.directory) }), !text.namesHost {
      brokenEntries.append(
        BrokenEntry(file: kustomization, position: entry.position, text: text))
    } else {
      changingFields.insert("resources of another place")
    }
  }
}

extension LandedFile {
  /// The directory that it is in, from the top of the repository; empty for the top.
  fileprivate var directory: String {
    path.parts(separatedBy: "/").dropLast().joined(separator: "/")
  }

  /// Whether it holds objects, or may hold some.
  fileprivate var isForKubernetes: Bool { fault != nil || !objects.isEmpty }
}

extension String {
  /// Whether it is a path below a directory; below the top are all.
  fileprivate func isBelow(_ directory: String) -> Bool {
    directory.isEmpty || begins(with: directory + "/")
  }

  /// The path that a relative one leads to; `nil` for one above the top of the repository.
  fileprivate func appending(relative path: String) -> String? {
    var parts = self.parts(separatedBy: "/").map(String.init).filter { !$0.isEmpty }
    for part in path.parts(separatedBy: "/").map(String.init) where part != "." && !part.isEmpty {
      guard part == ".." else {
        parts.append(part)
        continue
      }
      guard parts.popLast() != nil else { return nil }
    }
    return parts.joined(separator: "/")
  }

  /// Whether it looks like the address of a repository without a scheme: `github.com/org/repository`.
  fileprivate var namesHost: Bool {
    let parts = parts(separatedBy: "/")
    return parts.count > 2 && parts.first.map { $0.contains(".") && !$0.begins(with: ".") } == true
  }
}

extension Node {
  /// Whether it is null, or a text, sequence or mapping without anything in it.
  fileprivate var holdsNothing: Bool {
    isNull || string?.isEmpty == true || sequence?.isEmpty == true
      || mapping?.entries.isEmpty == true
  }
}
