package import Manifests

/// How far Kratix has come with a request, by the request's own status
/// (`lib/resourceutil/conditions.go`).
package enum RequestProgress: Sendable, Hashable {
  /// It is being deleted.
  case deleting
  /// Its pipelines run, or have not begun; since this time, in RFC 3339, where that is known.
  case running(since: String?)
  /// Its spec was changed after its pipelines had completed, and they have not run again yet.
  case changed
  /// A pipeline asked Kratix to wait.
  case suspended
  /// A pipeline failed, at this time.
  case failed(at: String?)
  /// All its pipelines have completed, at this time.
  case completed(at: String?)

  /// Kratix's condition, which it sets whenever the pipelines begin and end.
  package static let conditionType = "ConfigureWorkflowCompleted"

  /// - Parameter request: The request as the cluster has it.
  package init(_ request: Node) {
    let metadata = request["metadata"]
    if metadata?["deletionTimestamp"]?.isNull == false {
      self = .deleting
      return
    }
    if metadata?["labels"]?["kratix.io/workflow-suspended"]?.string == "true" {
      self = .suspended
      return
    }
    let conditions = request.value(at: "/status/conditions")?.sequence ?? []
    let condition = conditions.first { $0["type"]?.string == Self.conditionType }
    let time = condition?["lastTransitionTime"]?.string
    switch (condition?["status"]?.string, condition?["reason"]?.string) {
    case ("True", _): self = Self.isBehind(request) ? .changed : .completed(at: time)
    case ("False", "ConfigureWorkflowFailed"): self = .failed(at: time)
    case (nil, _): self = .running(since: metadata?["creationTimestamp"]?.string)
    default: self = .running(since: time)
    }
  }

  /// Whether Kratix has not come to the spec as it is now; `metadata.generation` counts its changes.
  private static func isBehind(_ request: Node) -> Bool {
    guard let current = request.value(at: "/metadata/generation")?.integer,
      let observed = request.value(at: "/status/observedGeneration")?.integer
    else { return false }
    return observed < current
  }
}
