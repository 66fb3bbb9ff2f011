internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import Manifests
internal import Verification

/// Verification: the reports of `statestore verify`.
extension API {
  var verificationRoutes: [Route] {
    let report = Route.Body(
      description: "The report, as statestore verify -o json prints it.", schema: "Report")
    let store = Route.Parameter(
      name: "store", description: "The state store; not needed where there is one.")
    return [
      Route(
        .get, "/v1/verify", "verify", "Holds the state store against the desired state.",
        query: [
          store,
          Route.Parameter(name: "destination", description: "The Destination."),
          Route.Parameter(name: "promise", description: "The Promise."),
          Route.Parameter(name: "namespace", description: "The namespace of the requests."),
          Route.Parameter(name: "name", description: "The name of the request."),
        ], answers: [(200, report)], handler: verify),
      Route(
        .post, "/v1/verify", "verifyThese",
        "Holds the state store against requests, Works and receipts.", query: [store],
        request: Route.Body(
          types: ["application/json", "application/yaml"],
          description: "What should be there.", schema: "Verification"),
        answers: [(200, report)], handler: verifyThese),
    ]
  }

  @Sendable private func verify(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let namespace = request.query("namespace") ?? context.identity?.namespace
    try context.require(.read, in: namespace)
    let works = try await state.works(
      WorkFilter(
        promise: request.query("promise"), namespace: namespace, resource: request.query("name")))
    let verification = try await verification(in: request.query("store"))
    let report = try await verification.report(on: works) { placement in
      request.query("destination").map { $0 == placement.destination } ?? true
    }
    return .json(report.node)
  }

  @Sendable private func verifyThese(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let sources = try VerificationRequest(parsing: try await body.bytes(of: request))
    for namespace in sources.namespaces { try context.require(.read, in: namespace) }
    let verification = try await verification(in: request.query("store") ?? sources.store)
    return .json(try await verification.report(on: sources).node)
  }

  private func verification(in name: String?) async throws -> StoreVerification {
    let platform = platforms.current
    guard let name = name ?? platform.storeNames.first,
      name == platform.storeNames.first
        || platform.storeNames.contains(name)
    else { throw Problem.notFound("state store \(name ?? "")") }
    return try StoreVerification(
      platform: platform, store: name, deadline: surroundings.now() + .seconds(60))
  }
}
