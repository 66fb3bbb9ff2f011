internal import Foundation
package import Manifests

extension Work {
  /// The Work as an object of Kubernetes, as Kratix would make it (`api/v1alpha1/work_types.go`).
  ///
  /// What Kratix draws or takes from the clock is not in it.
  ///
  /// - Throws: `KratixError` with the code `invalidInput` when a file is too large.
  package func manifest() throws(KratixError) -> Node {
    var spec: Mapping = ["promiseName": Node(.string(promiseName))]
    if !resourceName.isEmpty { spec["resourceName"] = Node(.string(resourceName)) }
    var groups: [Node] = []
    for group in workloadGroups { groups.append(try group.node()) }
    if !groups.isEmpty { spec["workloadGroups"] = Node(.sequence(groups)) }
    return [
      "apiVersion": Node(.string("\(PlatformObject.kratixGroup)/v1alpha1")),
      "kind": "Work",
      "metadata": [
        "name": Node(.string(name)), "namespace": Node(.string(namespace)), "labels": labels,
      ],
      "spec": Node(.mapping(spec)),
    ]
  }

  /// The type that Kratix writes into a label.
  private var type: String {
    if !isDependency { return "resource" }
    return pipelineName.isEmpty ? "static-dependency" : "promise"
  }

  private var labels: Node {
    let pairs = [
      (WorkLabel.promiseName, promiseName), (WorkLabel.workType, type),
      (WorkLabel.pipelineName, pipelineName), (WorkLabel.resourceName, resourceName),
      (WorkLabel.resourceNamespace, resourceNamespace ?? ""),
      (WorkLabel.dryRun, isDryRun ? "true" : ""),
    ]
    return Node(
      .mapping(Mapping(pairs.filter { !$0.1.isEmpty }.map { ($0.0, Node(.string($0.1))) })))
  }
}

extension WorkloadGroup {
  fileprivate func node() throws(KratixError) -> Node {
    var fields: Mapping = ["directory": Node(.string(directory)), "id": Node(.string(id))]
    var files: [Node] = []
    for workload in workloads { files.append(try workload.node()) }
    if !files.isEmpty { fields["workloads"] = Node(.sequence(files)) }
    let selectors: [Node] = destinationSelectors.map { item in
      let labels = item.matchLabels.sorted { $0.key < $1.key }
        .map { ($0.key, Node(.string($0.value))) }
      return [
        "matchLabels": Node(.mapping(Mapping(labels))), "source": Node(.string(item.source)),
      ]
    }
    if !selectors.isEmpty { fields["destinationSelectors"] = Node(.sequence(selectors)) }
    return Node(.mapping(fields))
  }
}

extension Workload {
  /// The file as Works hold it: its content gzipped, in base64.
  func node() throws(KratixError) -> Node {
    do throws(Gzip.Fault) {
      let packed = Data(try Gzip.compress(content)).base64EncodedString()
      return ["filepath": Node(.string(filepath)), "content": Node(.string(packed))]
    } catch {
      throw KratixError(.invalidInput, "\(filepath): too large to be packed into a Work")
    }
  }
}
