internal import HTTPTypes
internal import Hummingbird
internal import Kratix
internal import Landing
internal import Manifests
internal import Verification

/// Verification: the reports of `statestore verify`.
extension API {
  private static let longestVerification: Duration = .seconds(60)

  var verificationRoutes: [Route] {
    let report = Route.Body(
      description: "The report, as statestore verify -o json prints it; of several state stores a "
        + "list of them.", schema: "Reports")
    let store = Route.Parameter(
      name: "store", description: "The state store; all of them where none is named.")
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
        "Holds the state store against requests, Works and receipts, or looks at all that stands.",
        query: [store],
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
    let destination = request.query("destination")
    let stores = try stores(named: request.query("store"), with: destination)
    let works = try await state.works(
      WorkFilter(
        promise: request.query("promise"), namespace: namespace, resource: request.query("name"),
        includesResults: platforms.current.storeNames.count > 1))
    return answer(
      try await reports(of: stores) { verification in
        try await verification.report(on: works) { placement in
          destination.map { $0 == placement.destination } ?? true
        }
      })
  }

  @Sendable private func verifyThese(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let bytes = try await body.bytes(of: request, on: context.channel)
    let limit = body.mostContentBytes
    let sources = try await HeavyWork.run(on: bytes.count) {
      try VerificationRequest(parsing: bytes, contentLimit: limit)
    }
    for namespace in sources.namespaces { try context.require(.read, in: namespace) }
    let stores = try stores(
      named: request.query("store") ?? sources.store, with: sources.destination)
    try sources.requireReceipts(
      in: try stores.map { try platforms.current.stores.store($0).0.description })
    let reports = try await reports(of: stores) {
      try await $0.report(on: sources, isOneOfAll: stores.count > 1, at: surroundings.date())
    }
    return answer(
      reports.settled(
        on: sources.requests, promise: sources.promise,
        platform: platforms.current.stores.platform))
  }

  /// The state stores that are meant: the named one, that of a Destination, or all.
  private func stores(named name: String?, with destination: String?) throws -> [String] {
    let platform = platforms.current
    var names = platform.storeNames
    if let destination {
      guard let found = platform.stores.platform.destinations[destination] else {
        throw Problem.notFound("Destination \(destination)")
      }
      names = names.filter { $0 == found.stateStoreName }
    }
    guard let name else { return names }
    guard platform.storeNames.contains(name) else { throw Problem.notFound("state store \(name)") }
    guard names.contains(name) else {
      throw Problem.notFound("Destination \(destination ?? "") in the state store \(name)")
    }
    return [name]
  }

  private func reports(
    of stores: [String], _ report: (StoreVerification) async throws -> Report
  ) async throws -> [Report] {
    let (platform, deadline) = (platforms.current, surroundings.now() + Self.longestVerification)
    var reports: [Report] = []
    for name in stores {
      reports.append(
        try await report(
          try StoreVerification(platform: platform, store: name, deadline: deadline)))
    }
    return reports
  }

  /// A report, or where there are several state stores a list of them, as on the command line.
  private func answer(_ reports: [Report]) -> Response {
    guard let only = reports.first, reports.count == 1 else {
      return .json(Node(.sequence(reports.map(\.node))))
    }
    return .json(only.node)
  }
}
