internal import HTTPTypes
internal import Hummingbird
internal import ServiceLifecycle

/// What a replica answers while another one acts: health and metrics; all else is refused with 503.
struct Standby: Sendable {
  let standing: @Sendable () -> ReplicatedService.Standing
  let telemetry: Telemetry

  var routes: [Route] {
    let text = Route.Body(types: ["text/plain"], description: "A line.")
    return [
      .livez,
      // Not ready, so that Kubernetes sends nothing here.
      Route(
        .get, "/readyz", "readyz", "Whether Works are accepted.", access: .open,
        answers: [(503, text)]
      ) { _, _ in
        .text(
          "\(says)\n", type: "text/plain; charset=utf-8", status: .serviceUnavailable)
      },
      Route(
        .get, "/metrics", "metrics", "Measurements for Prometheus.", answers: [(200, text)]
      ) { _, context in
        try context.require(.read)
        return .text(
          telemetry.textOfStandby, type: "text/plain; version=0.0.4; charset=utf-8")
      },
    ]
  }

  /// Why nothing is accepted here.
  var says: String {
    let standing = standing()
    if let problem = standing.problem {
      return "standby: which replica acts is not known, and this one does not: \(problem)"
    }
    return standing.leader.map { "standby: \($0) acts" } ?? "standby: no replica acts yet"
  }
}

/// Refuses what only the replica that acts can answer.
struct StandbyRefusal: RouterMiddleware {
  let standby: Standby

  func handle(
    _ request: Request, context: ServiceContext,
    next: @concurrent (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    if standby.routes.contains(where: { $0.matches(request.uri.path) }) {
      return try await next(request, context)
    }
    throw Problem(
      .serviceUnavailable, "standby", standby.says, headers: [.retryAfter: "2"])
  }
}

extension StateStoreService {
  /// How long a replica that begins to act waits for the process before it to end.
  static let patienceForData: Duration = .seconds(15)

  /// What runs while this replica stands by.
  func standbyGroup(
    _ standing: @escaping @Sendable () -> ReplicatedService.Standing
  ) throws -> ServiceGroup {
    let access = try accessFiles()
    let standby = Standby(standing: standing, telemetry: telemetry)
    let refreshing = Repeating(every: .seconds(2)) { [logger] in access.refresh(logger) }
    let server = try server(for: standby.routes, access, behind: StandbyRefusal(standby: standby))
    return group(of: [refreshing, server], signals: [])
  }
}
