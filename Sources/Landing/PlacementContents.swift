public import Git
public import Kratix
internal import Manifests

/// A placement as it stands in the state store, whoever wrote it, with all that belongs to it.
public struct PlacementContents: Sendable, Hashable {
  /// Whose it is, as the directories of the mode `nestedByMetadata` tell.
  public struct Owner: Sendable, Hashable {
    /// The Work's namespace; empty for a dependency.
    public var namespace: String
    /// The Promise's name.
    public var promise: String
    /// The request's name; empty for a dependency.
    public var resource: String
    /// The Pipeline's name; empty for static dependencies.
    public var pipeline: String
  }

  /// Where it stands.
  public var destination: Destination
  /// The five digits of its group.
  public var shortID: String
  /// The directory that is its own, or its state file.
  public var path: StatePath
  /// Whose it is; known in the mode `nestedByMetadata` alone.
  public var owner: Owner?
  /// The state file's name, where the mode has state files.
  public var stateFile: StateFileName?
  /// Its files, by their paths from the top of the repository; none in the mode `aggregatedYAML`.
  public var files: [TreePath: TreeEntry] = [:]
  /// Files that its state file lists and that do not stand, in the mode `none`.
  public var missing: [String] = []
  /// What it adds to the Destination's one file, in the mode `aggregatedYAML`.
  public var state: PlacementState?
}

extension PlacementContents {
  /// The placement without its workloads, as it is needed to remove it.
  ///
  var placement: Placement { placement(named: nil) }

  /// The placement without its workloads, of a Work whose name is known from elsewhere.
  ///
  /// In the mode `none` only the two together tell namespace and name of a Work; without the name
  /// the first dash is taken to part them, which does for the state file and decides nothing else.
  func placement(named name: String?) -> Placement {
    let work =
      if let stateFile, let name, stateFile.qualifiedWork.ends(with: "-\(name)") {
        Work(name: name, namespace: stateFile.qualifiedWork.dropping(suffix: "-\(name)"))
      } else if let owner {
        owner.work
      } else if let state {
        Work(
          name: state.name.dropping(suffix: ".\(destination.name)-\(shortID)"),
          namespace: state.namespace)
      } else {
        Work(qualifiedName: stateFile?.qualifiedWork ?? "")
      }
    let group = WorkloadGroup(
      directory: "", id: shortID, workloads: [], destinationSelectors: [])
    return Placement(work: work, group: group, destination: destination)
  }
}

extension PlacementContents.Owner {
  fileprivate var work: Work {
    let work = Work(
      name: "", namespace: namespace.isEmpty ? Work.platformNamespace : namespace,
      promiseName: promise, resourceName: resource, pipelineName: pipeline, workloadGroups: [])
    return work.named(work.derivedName)
  }
}

extension Work {
  fileprivate init(name: String, namespace: String) {
    self.init(
      name: name, namespace: namespace, promiseName: "", resourceName: "", pipelineName: "",
      workloadGroups: [])
  }

  /// The platform's own namespace is known; of any other the first dash is taken for the end.
  fileprivate init(qualifiedName: String) {
    let platform = Work.platformNamespace + "-"
    guard !qualifiedName.begins(with: platform) else {
      self.init(
        name: qualifiedName.dropping(prefix: platform), namespace: Work.platformNamespace)
      return
    }
    let parts = qualifiedName.parts(
      separatedBy: "-", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      name: parts.count == 2 ? String(parts[1]) : qualifiedName, namespace: String(parts[0]))
  }
}
