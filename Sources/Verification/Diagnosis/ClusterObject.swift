internal import Kratix
internal import Manifests

/// A condition of an object, as Kubernetes' controllers set them.
struct Condition {
  let type: String
  let status: String
  let reason: String
  let message: String

  /// The condition in a line.
  var text: String {
    "\(type)=\(status)" + (reason.isEmpty ? "" : " (\(reason))")
      + (message.isEmpty ? "" : ": \(message.prefix(400))")
  }
}

extension PlatformObject {
  /// Namespace and name, or the name alone.
  var title: String {
    "\(identity.kind) " + (identity.namespace.map { "\($0)/" } ?? "") + identity.name
  }

  func text(at pointer: String) -> String { node.value(at: pointer)?.scalarText ?? "" }

  func label(_ name: String) -> String {
    node.value(at: "/metadata/labels")?[name]?.scalarText ?? ""
  }

  var conditions: [Condition] {
    (node.value(at: "/status/conditions")?.sequence ?? []).map { condition in
      Condition(
        type: condition["type"]?.string ?? "", status: condition["status"]?.scalarText ?? "",
        reason: condition["reason"]?.string ?? "", message: condition["message"]?.string ?? "")
    }
  }

  func condition(_ type: String) -> Condition? { conditions.first { $0.type == type } }
}

extension Evidence {
  func objects(_ kind: String) -> [PlatformObject] {
    dumps.filter { $0.identity.kind == kind }
  }

  /// Whether the cluster was asked for objects of this kind.
  func wasDumped(_ kind: String) -> Bool { dumpedKinds.contains(kind) }

  /// The Works of the request, as the cluster has them.
  var dumpedWorks: [PlatformObject] {
    objects("Work").filter { work in
      work.text(at: "/spec/promiseName") == promiseName
        && work.text(at: "/spec/resourceName") == name
        && [namespace, ""].contains(work.label("kratix.io/resource-namespace"))
        && (work.identity.namespace == namespace || promise?.pipelineNamespace != nil)
    }
  }

  /// The WorkPlacements of the request.
  var placements: [PlatformObject] {
    let names = Set(dumpedWorks.map(\.identity.name))
    return objects("WorkPlacement").filter { placement in
      let work = placement.label("kratix.io/work")
      return work.isEmpty
        ? placement.text(at: "/spec/promiseName") == promiseName
          && placement.text(at: "/spec/resourceName") == name
        : names.contains(work)
    }
  }

  /// Jobs or Pods of the request's pipelines.
  func runs(_ kind: String) -> [PlatformObject] {
    objects(kind).filter { object in
      object.label("kratix.io/promise-name") == promiseName
        && object.label("kratix.io/resource-name") == name
    }.sorted {
      $0.text(at: "/metadata/creationTimestamp") < $1.text(at: "/metadata/creationTimestamp")
    }
  }

  /// The Pods of a Job, the oldest first; without a Job those of the request.
  func pods(of job: PlatformObject?) -> [PlatformObject] {
    let pods = runs("Pod")
    guard let job else { return pods }
    return pods.filter { pod in
      let names = [pod.label("job-name"), pod.label("batch.kubernetes.io/job-name")]
      return names.contains(job.identity.name) || names.allSatisfy(\.isEmpty)
    }
  }

  /// The state stores of the Destinations that its WorkPlacements name; without any, of all.
  var stateStoreNames: Set<String> {
    let targets = Set(placements.map { $0.text(at: "/spec/targetDestinationName") })
    let destinations = platform.destinations.values.filter {
      targets.isEmpty || targets.contains($0.name)
    }
    return Set(destinations.map(\.stateStoreName))
  }

  /// Whether the branch was read, and holds what was asked for.
  var isLanded: Bool {
    guard case .read(let facts) = store else { return false }
    let summary = facts.report.summary
    return summary.resources > 0 && summary.landed == summary.resources
  }

  var promise: Promise? { platform.promises[promiseName] }

  /// The command that shows something of the cluster.
  func show(_ what: String, in namespace: String? = nil) -> String {
    "kubectl get \(what)\(namespace.map { " -n \($0)" } ?? "") -o yaml"
  }
}
