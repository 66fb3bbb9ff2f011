import Kratix
import Manifests

@testable import Service

/// Works as `kubectl get work -o json` prints them.
struct WorkText {
  var name: String
  var namespace = "default"
  var promise = "plain"
  /// The request's name; the Work's own, where it is not given.
  var resource: String?
  var pipeline = "instance-configure"
  var generation: Int64?
  var uid: String?
  /// `metadata.resourceVersion`.
  var version: String?
  var labels: [String: String] = [:]
  var annotations: [String: String] = [:]
  var files: [String: String]
  /// The labels that its Destination must have.
  var selector: [String: String] = [:]

  init(_ name: String, generation: Int64? = nil, files: [String: String]? = nil) {
    self.name = name
    self.generation = generation
    self.files = files ?? ["manifest.yaml": Self.configMap(name)]
  }

  /// A Work with its object in a file of another name; nothing is held against either.
  static func plain(_ name: String, file: String = "manifest.yaml") -> WorkText {
    WorkText(name, files: [file: configMap(name)])
  }

  /// A manifest against which verification holds nothing where the Promise is not known.
  static func configMap(_ name: String, data: String = "{}") -> String {
    """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: \(name), namespace: default}
    data: \(data)

    """
  }

  var key: WorkKey { WorkKey(namespace: namespace, name: name) }

  /// The Work as the rules of Kratix see it.
  var work: Work {
    let group = WorkloadGroup(
      directory: ".",
      workloads: files.sorted { $0.key < $1.key }
        .map { Workload(filepath: $0.key, content: Array($0.value.utf8)) },
      destinationSelectors: [
        WorkloadGroupScheduling(source: "promise", matchLabels: selector)
      ])
    return Work(
      name: name, namespace: namespace, promiseName: promise, resourceName: resource ?? name,
      pipelineName: pipeline, workloadGroups: [group])
  }

  func json() throws -> String {
    var fields = try work.manifest().mapping ?? [:]
    var metadata = fields["metadata"]?.mapping ?? [:]
    if let generation { metadata["generation"] = Node(.integer(generation)) }
    if let uid { metadata["uid"] = Node(.string(uid)) }
    if let version { metadata["resourceVersion"] = Node(.string(version)) }
    var all = metadata["labels"]?.mapping ?? [:]
    for (key, value) in labels { all[key] = Node(.string(value)) }
    metadata["labels"] = Node(.mapping(all))
    if !annotations.isEmpty {
      let pairs = annotations.sorted { $0.key < $1.key }.map { ($0.key, Node(.string($0.value))) }
      metadata["annotations"] = Node(.mapping(Mapping(pairs)))
    }
    fields["metadata"] = Node(.mapping(metadata))
    return JSONWriter().text(of: Node(.mapping(fields)))
  }

  func submission() throws -> WorkSubmission {
    try WorkSubmission(parsing: Array(try json().utf8), for: key)
  }
}
