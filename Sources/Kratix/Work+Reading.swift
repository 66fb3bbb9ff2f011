package import Manifests

extension Work {
  /// How many bytes all files of all Works of one manifest file may have, where nothing else is said.
  package static let contentLimit = 256 << 20

  /// The Works of a file as `kubectl get work -o yaml` or `-o json` prints them.
  ///
  /// One or several documents, a `List` or not. Objects of other kinds are passed over.
  ///
  /// - Parameter limit: How many bytes all files of all Works may have when they are unpacked.
  /// - Throws: `ManifestError` with file, line and field; also when what they hold is more.
  package static func works(
    in file: ManifestFile, contentLimit limit: Int = contentLimit
  ) throws(ManifestError) -> [Work] {
    var reader = ContentReader(file: file.name, limit: limit)
    var works: [Work] = []
    for object in file.objects {
      let object = PlatformObject(object, file: file.name)
      guard object.identity.group == PlatformObject.kratixGroup, object.identity.kind == "Work"
      else { continue }
      try object.checkVersion()
      works.append(try Work(object, with: &reader))
    }
    return works
  }

  private init(
    _ object: PlatformObject, with reader: inout ContentReader
  ) throws(ManifestError) {
    let labels = try object.optional(.labels, at: "/metadata/labels") ?? [:]
    let resourceName = try object.optional(.string, at: "/spec/resourceName") ?? ""
    let pipelineName = labels[WorkLabel.pipelineName] ?? ""
    var groups: [WorkloadGroup] = []
    for group in try object.optional(.sequence, at: "/spec/workloadGroups") ?? [] {
      groups.append(try WorkloadGroup(group, with: &reader))
    }
    self.init(
      name: try object.requireName(),
      namespace: try object.optional(.objectName, at: "/metadata/namespace") ?? "default",
      promiseName: try object.require(.objectName, at: "/spec/promiseName"),
      resourceName: resourceName,
      pipelineName: pipelineName,
      resourceNamespace: labels[WorkLabel.resourceNamespace].flatMap { $0.isEmpty ? nil : $0 },
      isDryRun: labels[WorkLabel.dryRun] == "true",
      isBeingDeleted: try object.optional(.string, at: "/metadata/deletionTimestamp") != nil,
      workloadGroups: groups)
    // They become names of directories.
    let names = [
      ("/spec/resourceName", resourceName),
      ("/metadata/labels/kratix.io~1pipeline-name", pipelineName),
    ]
    for (pointer, name) in names where !name.isEmpty {
      _ = try object.require(.objectName, at: pointer)
    }
  }
}

extension WorkloadGroup {
  fileprivate init(_ node: Node, with reader: inout ContentReader) throws(ManifestError) {
    let directory = try node.optional(.nonEmptyString, at: "/directory", in: reader.file)
    let workloads = try reader.workloads(of: node)
    var selectors: [WorkloadGroupScheduling] = []
    for entry in try node.optional(.sequence, at: "/destinationSelectors", in: reader.file) ?? [] {
      try entry.refuseExpressions(in: reader.file)
      selectors.append(
        WorkloadGroupScheduling(
          source: try entry.optional(.string, at: "/source", in: reader.file) ?? "",
          matchLabels: try entry.optional(.labels, at: "/matchLabels", in: reader.file) ?? [:]))
    }
    let id = try node.optional(.groupID, at: "/id", in: reader.file)
    let name = directory ?? Self.defaultDirectory
    self.init(
      directory: name, id: id ?? Self.id(of: name), workloads: workloads,
      destinationSelectors: selectors)
  }
}

extension Shape where Value == String {
  /// The id of a group, of which five digits become the name of a directory.
  fileprivate static var groupID: Shape {
    Shape("an MD5 of 32 hexadecimal digits") { node in
      node.string.flatMap { text in
        text.utf8.count == 32 && text.allSatisfy { $0.isHexDigit && !$0.isUppercase } ? text : nil
      }
    }
  }
}
