package import Git
package import Kratix
internal import Manifests

/// A placement as it stands in the state store, whoever wrote it, with all that belongs to it.
package struct PlacementContents: Sendable, Hashable {
  /// Where it stands.
  package var destination: Destination
  /// The five digits of its group.
  package var shortID: String
  /// The directory that is its own, or its state file.
  package var path: StatePath
  /// What its directories tell, in the mode `nestedByMetadata`.
  package var id: PlacementID?
  /// The state file's name, where the mode has state files.
  package var stateFile: StateFileName?
  /// Its files, by their paths from the top of the repository; none in the mode `aggregatedYAML`.
  package var files: [TreePath: TreeEntry] = [:]
  /// Files that its state file lists and that do not stand, in the mode `none`.
  package var missing: [String] = []
  /// What it adds to the Destination's one file, in the mode `aggregatedYAML`.
  package var state: PlacementState?
}

extension PlacementContents {
  /// The placement without its workloads, as it is needed to remove it.
  var placement: Placement { placement(named: nil) }

  /// The placement without its workloads, of a Work whose name is known from elsewhere.
  ///
  /// In the mode `none` only the two together tell namespace and name of a Work; without the name
  /// the first dash is taken to part them, which does for the state file and decides nothing else.
  func placement(named name: String?) -> Placement {
    let work =
      if let stateFile, let name, stateFile.qualifiedWork.ends(with: "-\(name)") {
        Work(name: name, namespace: stateFile.qualifiedWork.dropping(suffix: "-\(name)"))
      } else if let id {
        Work(of: id)
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
