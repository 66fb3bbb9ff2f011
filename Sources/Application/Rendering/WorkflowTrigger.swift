import Kratix
import Landing
import Manifests

/// What a workflow runs for: a request, or the Promise itself.
struct WorkflowTrigger: Sendable {
  let promise: Promise
  let type: WorkflowContext.WorkflowType
  /// `nil` for a workflow of the Promise.
  let request: ResourceRequest?

  /// - Throws: `LandingError`, `ManifestError` or `KratixError`.
  init(_ settings: RenderSettings, on platform: Platform) throws {
    guard let path = settings.request else {
      let name = settings.promise ?? ""
      guard let promise = platform.promises[name] else {
        throw Self.unknown("there is no Promise \(name) in the configuration", platform)
      }
      self.promise = promise
      type = .promise
      request = nil
      return
    }
    let request = try Input.request(in: path)
    let named = settings.promise ?? platform.promise(of: request)?.name ?? ""
    guard
      let promise = platform.promise(named, namespace: request.namespace, resource: request.name)
    else {
      throw Self.unknown("no Promise of the configuration has the API of \(path)", platform)
    }
    self.promise = promise
    type = .resource
    self.request = request.defaulted(by: promise)
  }

  /// The object as Kratix's reader writes it to `/kratix/input/object.yaml`.
  var object: Node {
    guard let request, var root = request.node.mapping else { return promise.manifest.node }
    var metadata = root["metadata"]?.mapping ?? [:]
    metadata["namespace"] = Node(.string(request.namespace))
    root["metadata"] = Node(.mapping(metadata))
    return Node(.mapping(root))
  }

  /// The variables that Kratix sets (`api/v1alpha1/pipeline_factory.go`, `defaultEnvVars`).
  func variables(of pipeline: Pipeline, _ action: WorkflowContext.Action) -> [String: String] {
    let identity = request?.identity
    let plural = promise.manifest.node.value(at: "/spec/api/spec/names/plural")?.string
    return [
      "KRATIX_WORKFLOW_ACTION": action.rawValue,
      "KRATIX_WORKFLOW_TYPE": type.rawValue,
      "KRATIX_PROMISE_NAME": promise.name,
      "KRATIX_PIPELINE_NAME": pipeline.name,
      "KRATIX_OBJECT_KIND": identity?.kind ?? "Promise",
      "KRATIX_OBJECT_GROUP": identity?.group ?? PlatformObject.kratixGroup,
      "KRATIX_OBJECT_VERSION": identity?.version ?? "v1alpha1",
      "KRATIX_OBJECT_NAME": request?.name ?? promise.name,
      "KRATIX_OBJECT_NAMESPACE": request?.namespace ?? "",
      "KRATIX_CRD_PLURAL": request == nil ? "promises" : plural ?? "",
      "KRATIX_CLUSTER_SCOPED": request == nil ? "true" : "false",
    ]
  }

  private static func unknown(_ what: String, _ platform: Platform) -> LandingError {
    let names = platform.promises.keys.sorted().joined(separator: ", ")
    return LandingError(
      .invalidConfiguration,
      "\(what); "
        + (names.isEmpty
          ? "add the Promise's manifest to --config"
          : "there are: \(names); choose one with --promise, or add its manifest to --config"))
  }
}
