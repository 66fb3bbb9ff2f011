internal import HTTPTypes
internal import Hummingbird
internal import Kratix
internal import Landing
internal import Manifests

/// What a writer without configuration has to know of the platform.
struct PromiseRoutes: Sendable {
  let platforms: Platforms

  var all: [Route] {
    [
      Route(
        .get, "/v1/promises/{name}", "getPromise",
        "Shows which Destinations a Promise asks for, so that a pipeline can make its Work.",
        answers: [
          (
            200,
            Route.Body(description: "The Promise, as far as a Work needs it.", schema: "Promise")
          )
        ], handler: promise)
    ]
  }

  @Sendable private func promise(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    // Whoever puts a Work may know which Destinations its Promise asks for.
    try context.require(.read, in: context.identity?.namespace)
    let name = try context.name("name")
    let platform = platforms.current.stores.platform
    let promise = platform.promises[name]
    // Where there is one Destination, there is nothing to choose.
    guard promise != nil || platform.destinations.count == 1 else {
      throw Problem.notFound("Promise \(name) in the configuration of this service")
    }
    var spec: Mapping = [
      "destinationSelectors": Node(
        .sequence(
          (promise?.destinationSelectors ?? []).map { ["matchLabels": Node(labels: $0)] }))
    ]
    if let namespace = promise?.pipelineNamespace {
      spec["workflows"] = ["config": ["pipelineNamespace": Node(.string(namespace))]]
    }
    return .json([
      "apiVersion": Node(.string("\(PlatformObject.kratixGroup)/v1alpha1")), "kind": "Promise",
      "metadata": ["name": Node(.string(name))], "spec": Node(.mapping(spec)),
    ])
  }
}

extension Node {
  /// Labels, by their names.
  init(labels: [String: String]) {
    let pairs = labels.sorted { $0.key < $1.key }.map { ($0.key, Node(.string($0.value))) }
    self.init(.mapping(Mapping(pairs)))
  }
}
