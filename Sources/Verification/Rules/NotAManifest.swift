internal import Manifests

/// Files that Kubernetes cannot apply.
///
/// A file that kubectl, Flux and Argo CD pass over is an error if the resource has no manifest at all. A
/// document that they read and that is no object is always one: they refuse the file for it, and Flux and
/// Argo CD the whole directory. Where a kustomization says which files are read, it may be another input.
enum NotAManifest: RuleDefinition {
  static let rule = Rule.notAManifest
  static let severity = Severity.warning
  static let dependsOnlyOnEquality = true
  static let severityText = "warning; error for a document, or where no manifest is left"
  static let page = RulePage(
    meaning: "A file that Kubernetes cannot apply: a README.md, an empty file, a document without "
      + "apiVersion and kind. It is an error where no manifest is left beside it: then a commit "
      + "is there and nothing will ever run. A document without apiVersion, kind or metadata.name "
      + "is one too: kubectl, Flux or Argo CD refuse the whole file, or the whole directory.",
    origins: [
      "The whole directory of the pipeline's image was copied to /kratix/output.",
      "The template was not found, and only the README beside it was copied.",
      "A script wrote an empty file because its input was empty.",
      "A README landed as a dependency of the Promise.",
    ],
    remedies: [
      "Let the pipeline write its manifests, and nothing else, to /kratix/output.",
      "Copy *.yaml, not directories.",
    ],
    silence: [
      "No file of the resource is a manifest, and its Destination has the mode none and no canary "
        + "files: it is taken for a repository that no agent applies. A note says so.",
      "The document is empty, or has only comments: everything ignores it.",
      "It is a .gitkeep or the like beside manifests.",
      "It is a kustomization.yaml, or a file of which one makes a ConfigMap or the like. Beside one a "
        + "document without apiVersion and kind is a warning: it may be an input of kustomize.",
      "It is in a file that all placements of a Destination share, and belongs to "
        + "another one.",
    ])
}

extension NotAManifest {
  /// - Parameter areSome: Whether there are more files, which may hold manifests.
  static func findings(in landed: LandedResource, areSome: Bool = false) -> [Finding] {
    let files = landed.files
    let areDependencies = landed.search.knowledge == .dependencies
    let manifests = files.filter { $0.fault != nil || !$0.objects.isEmpty }
    let places = Set(manifests.map { landed.placement(of: $0)?.path })
    let isSteered = files.contains(where: \.isKustomization)
    let inputs = files.reduce(into: Set<String>()) { $0.formUnion($1.inputs) }
    let isOfUse = { (file: LandedFile) in
      inputs.contains(file.path) || (areSome || !manifests.isEmpty) && file.isForGit
    }
    return files.filter { $0.fault == nil && !isOfUse($0) }.flatMap { file -> [Finding] in
      // Each pipeline has a placement of its own: of one that rendered no manifest nothing will run.
      let isManifestLeft = areSome || places.contains(landed.placement(of: file)?.path)
      if let reason = file.reasonPassedOver {
        var finding = Self.finding(file, reason: reason, isManifestLeft: isManifestLeft)
        if areDependencies, file.isReadme {
          finding.cause =
            "a README landed as a dependency of the Promise: its pipeline copied a "
            + "whole directory to /kratix/output"
        }
        return [finding]
      }
      return file.otherDocuments.map { document in
        var finding = Self.finding(
          file, reason: document.reasonItIsNoObject, isManifestLeft: isManifestLeft)
        finding.severity = isSteered && isManifestLeft ? .warning : .error
        finding.document = document.index + file.above.documents
        finding.line = document.root.position.line + file.above.lines
        finding.column = document.root.position.column
        return finding
      } + file.objects.filter(\.isNameless).map(Self.finding(nameless:))
        + file.refusedItems.map { Self.finding($1, in: $0, of: file) }
    }
  }

  /// An item of a list that is no object of its own.
  private static func finding(
    _ item: RefusedItem, in document: Document, of file: LandedFile
  ) -> Finding {
    var finding = finding(
      file: file.path, pointer: item.pointer, expected: "an object", actual: item.kind.text,
      cause: item.kind.isReadByFlux
        ? "kubectl apply refuses it; Flux reads the list"
        : "kubectl apply and Flux refuse the list",
      remedy: "let the pipeline write a document for each object")
    finding.severity = .error
    finding.document = document.index + file.above.documents
    finding.line = item.position.line + file.above.lines
    finding.column = item.position.column
    return finding
  }

  /// An object without a name, also one with `generateName`: kubectl apply and kustomize refuse it.
  private static func finding(nameless object: LandedObject) -> Finding {
    var finding = finding(
      in: object, at: "/metadata", expected: "metadata.name", actual: "an object without a name",
      cause: "kubectl apply and Flux refuse it", remedy: "let the pipeline name it")
    finding.severity = .error
    return finding
  }

  private static func finding(
    _ file: LandedFile, reason: String, isManifestLeft: Bool
  ) -> Finding {
    finding(
      severity: isManifestLeft ? .warning : .error, file: file.path,
      expected: "Kubernetes manifests", actual: reason,
      cause: isManifestLeft ? nil : "the pipeline put out no manifest at all",
      remedy: isManifestLeft
        ? "let the pipeline keep it out of /kratix/output"
        : "let the pipeline write its manifests to /kratix/output")
  }
}

extension LandedObject {
  /// kustomize takes every kind that ends in `List` for a list.
  fileprivate var isNameless: Bool {
    guard identity.name.isEmpty, !identity.kind.hasSuffix("List") else { return false }
    // A name that YAML reads as a number or a boolean is a value that is refused.
    let name = node.value(at: "/metadata/name")
    return name?.isNull ?? true || name?.string != nil
  }
}

extension Document {
  fileprivate var reasonItIsNoObject: String {
    let others = ["apiVersion", "kind"].compactMap { field -> String? in
      guard let value = root[field], !value.isNull, value.string == nil else { return nil }
      return "\(value.kindDescription) as \(field)"
    }
    return others.isEmpty
      ? "a document without apiVersion and kind"
      : "a document with \(others.joined(separator: " and ")), and not a text"
  }
}

extension RefusedItem.Kind {
  fileprivate var text: String {
    switch self {
    case .null: "an item that is null"
    case .list: "a list within a list"
    case .other: "an item without apiVersion and kind"
    }
  }

  fileprivate var isReadByFlux: Bool { self != .other }
}
