internal import HTTPTypes
internal import Hummingbird
internal import Kratix
internal import Landing
internal import Manifests
internal import Verification

/// Verification: the reports of `statestore verify`.
struct VerificationRoutes: Sendable {
  let state: DesiredState
  let platforms: Platforms
  let drift: DriftWatch
  let health: StoreHealth
  let body: RequestBodyReader
  let dependencies: Dependencies

  private static let longestVerification: Duration = .seconds(60)

  var all: [Route] {
    let report = Route.Body(
      description: "The report, as statestore verify -o json prints it; of several state stores a "
        + "list of them.", schema: "Reports")
    let store = Route.Parameter(
      name: "store", description: "The state store; all of them where none is named.")
    return [
      Route(
        .get, "/v1/verify", "verify", "Checks the state stores against the desired state.",
        query: [
          store,
          Route.Parameter(name: "destination", description: "The Destination."),
          Route.Parameter(name: "promise", description: "The Promise."),
          Route.Parameter(name: "namespace", description: "The namespace of the requests."),
          Route.Parameter(name: "name", description: "The name of the request."),
        ], answers: [(200, report)], handler: verify),
      Route(
        .post, "/v1/verify", "verifyThese",
        "Checks the state stores against requests, Works or receipts, or everything that is there.",
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
        includesResults: true))
    return answer(
      try await reports(of: stores, for: context.identity) { verification in
        let report = try await verification.report(on: works) { placement in
          destination.map { $0 == placement.destination } ?? true
        }
        // The page, the conditions and the metrics are to say the same.
        if report.contradicts(works, in: verification.name)
          || health.statuses[verification.name]?.unread != nil
        {
          drift.look(soonAt: verification.name)
        }
        return report
      })
  }

  @Sendable private func verifyThese(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let limit = body.mostContentBytes
    let platform = platforms.current.stores.platform
    let sources = try await body.read(request, context) { bytes in
      try VerificationRequest(parsing: bytes, on: platform, contentLimit: limit)
    }
    for namespace in sources.namespaces(on: platform) {
      try context.require(.read, in: namespace)
    }
    try await requireOwnStateFiles(of: sources.works, context)
    let stores = try stores(
      named: request.query("store") ?? sources.store, with: sources.destination)
    try sources.requireReceipts(
      in: try stores.map { try platforms.current.stores.store($0).0.description })
    let reports = try await reports(of: stores, for: context.identity) {
      try await $0.report(on: sources, isOneOfAll: stores.count > 1, at: dependencies.date())
    }
    return answer(
      reports.settled(
        on: sources.requests, promise: sources.promise,
        platform: platform))
  }

  /// Makes sure that no Work is named so that its state files are those of another namespace's Work.
  ///
  /// A state file is named for namespace and name with a dash between: that of `c` in `a-b` is that of
  /// `b-c` in `a` as well.
  ///
  /// - Throws: `Problem` with 403.
  private func requireOwnStateFiles(of works: [Work], _ context: ServiceContext) async throws {
    let destinations = platforms.current.stores.platform.destinations.values
    guard context.identity?.namespace != nil,
      destinations.contains(where: { $0.filepathMode != .nestedByMetadata })
    else { return }
    for work in works {
      let key = WorkKey(namespace: work.namespace, name: work.name)
      guard try await state.hasWorkOfOtherNamespace(named: key) else { continue }
      throw Problem(
        .forbidden, "forbidden",
        "the state files of the Work \(key) would be those of a Work of another namespace")
    }
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
    of stores: [String], for identity: Identity?,
    _ report: (StoreVerification) async throws -> Report
  ) async throws -> [Report] {
    let (platform, deadline) = (platforms.current, dependencies.now() + Self.longestVerification)
    var reports: [Report] = []
    for name in stores {
      var verification = try StoreVerification(
        platform: platform, store: name, deadline: deadline)
      verification.showsOnlyOwn = identity?.namespace != nil
      reports.append(try await report(verification))
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
