/// What the directories of the filepath mode `nestedByMetadata` tell of a placement.
package struct PlacementID: Sendable, Hashable {
  package let resource: ResourceID
  /// The Pipeline; `nil` for static dependencies.
  package let pipeline: String?
  /// The first five digits of the group's id.
  package let group: String

  package init(resource: ResourceID, pipeline: String?, group: String) {
    self.resource = resource
    self.pipeline = pipeline
    self.group = group
  }
}

extension Placement {
  package var id: PlacementID {
    PlacementID(
      resource: work.resource, pipeline: work.pipelineName.isEmpty ? nil : work.pipelineName,
      group: group.shortID)
  }
}

extension Work {
  /// The Work of a placement under its derived name, without workloads.
  package init(of placement: PlacementID) {
    var resourceName = ""
    if case .request(_, _, let name) = placement.resource { resourceName = name }
    self.init(
      name: "", namespace: placement.resource.workNamespace,
      promiseName: placement.resource.promise, resourceName: resourceName,
      pipelineName: placement.pipeline ?? "", workloadGroups: [])
    name = derivedName
  }
}
