/// Everything that one pipeline run wants in the state stores (`api/v1alpha1/work_types.go`).
package struct Work: Sendable, Hashable, Codable {
  /// Where Works of Promises live, and those of requests without a namespace.
  package static let platformNamespace = "kratix-platform-system"

  /// The name: a base that tells what it is for, and five hexadecimal digits.
  package var name: String
  /// The namespace; part of the path of a resource's placements.
  package var namespace: String
  /// The Promise's name.
  package var promiseName: String
  /// The request's name; empty for a dependency.
  package var resourceName: String
  /// The Pipeline's name; empty for static dependencies.
  package var pipelineName: String
  /// The request's own namespace, where its pipelines run in another; part of the name then.
  package var resourceNamespace: String?
  /// Whether it goes to Destinations for dry runs alone.
  package var isDryRun: Bool
  /// Whether Kubernetes is deleting it: what stands of it is to go.
  package var isBeingDeleted: Bool
  /// The version of the Promise that made it, where that is known.
  package var promiseVersion: String?
  /// Its groups, in Kratix's order: directories first, the default group last.
  package var workloadGroups: [WorkloadGroup]

  /// Puts a Work together.
  package init(
    name: String, namespace: String, promiseName: String, resourceName: String,
    pipelineName: String, resourceNamespace: String? = nil, isDryRun: Bool = false,
    isBeingDeleted: Bool = false, workloadGroups: [WorkloadGroup]
  ) {
    self.name = name
    self.namespace = namespace
    self.promiseName = promiseName
    self.resourceName = resourceName
    self.pipelineName = pipelineName
    self.resourceNamespace = resourceNamespace
    self.isDryRun = isDryRun
    self.isBeingDeleted = isBeingDeleted
    self.workloadGroups = workloadGroups
  }

  /// Whether it belongs to a Promise and not to a request: it goes to every matching Destination.
  package var isDependency: Bool { resourceName.isEmpty }

  /// Whether there is nothing in it to land.
  package var isEmpty: Bool { workloadGroups.allSatisfy(\.workloads.isEmpty) }
}
