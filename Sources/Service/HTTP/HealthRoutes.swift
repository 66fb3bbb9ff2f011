internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import Manifests
internal import Verification

/// What an orchestrator asks.
struct HealthRoutes: Sendable {
  let state: DesiredState
  let platforms: Platforms
  let reconcilers: Reconcilers
  let access: AccessFiles
  let health: StoreHealth
  let telemetry: Telemetry

  var all: [Route] {
    let text = Route.Body(types: ["text/plain"], description: "A line for each check.")
    let verbose = Route.Parameter(name: "verbose", description: "Show every check.")
    return [
      .livez,
      Route(
        .get, "/readyz", "readyz", "Whether Works are accepted.", access: .open, query: [verbose],
        answers: [(200, text), (503, text)], handler: ready),
      Route(
        .get, "/metrics", "metrics", "Measurements for Prometheus.",
        answers: [
          (200, Route.Body(types: ["text/plain"], description: "Prometheus' text format."))
        ], handler: metrics),
    ]
  }

  /// A state store that is away is no reason to take no Works: they are kept for it.
  @Sendable private func ready(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let isVerbose =
      request.uri.query?.split(separator: "&")
      .contains { $0 == "verbose" || $0.hasPrefix("verbose=") } ?? false
    let checks =
      await reconcilers.checks() + storeChecks + access.checks
      + (isVerbose ? platformChecks : [])
    let isReady = checks.allSatisfy { $0.isPassed || !$0.isRequired }
    let lines = checks.filter { isVerbose || !($0.isPassed || !$0.isRequired) }.map(\.line)
    return .text(
      (lines + [isReady ? "ok" : "not ready"]).joined(separator: "\n") + "\n",
      type: "text/plain; charset=utf-8", status: isReady ? .ok : .serviceUnavailable)
  }

  private var storeChecks: [HealthCheck] {
    let statuses = health.statuses
    return platforms.current.storeNames.map { name in
      HealthCheck(name: "store/\(name)", problem: statuses[name].problemText, isRequired: false)
    }
  }

  /// The checks of `statestore doctor` that need no question to a server.
  private var platformChecks: [HealthCheck] {
    do {
      return try platforms.current.readinessChecks().map { check in
        HealthCheck(
          name: check.name, problem: check.isPassed ? nil : check.message, isRequired: false)
      }
    } catch {
      return [HealthCheck(name: "expectations", problem: "\(error)", isRequired: false)]
    }
  }

  @Sendable private func metrics(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    try context.require(.read)
    let statuses = health.statuses
    let counts = try await state.counts(
      stores: platforms.current.storeNames, unread: statuses.unread)
    return .text(
      telemetry.text(with: counts, statuses), type: "text/plain; version=0.0.4; charset=utf-8")
  }
}

/// One thing that readiness depends on, or that a person wants to know with it.
struct HealthCheck: Sendable {
  let name: String
  let problem: String?
  /// Whether nothing is accepted without it.
  let isRequired: Bool

  var isPassed: Bool { problem == nil }
  /// As Kubernetes' own servers write it.
  var line: String { problem.map { "[-]\(name) failed: \($0)" } ?? "[+]\(name) ok" }
}

extension StoreHealth.Status? {
  /// Why a state store cannot be used, in one line; `nil` when it can.
  fileprivate var problemText: String? {
    guard let self else { return "it has not been looked at yet" }
    return self.problem.map { problem in
      let message = problem.message.split(whereSeparator: \.isNewline).joined(separator: " ")
      return "\(problem.outcome.rawValue) since \(problem.since.formatted(.iso8601)): \(message)"
    }
  }
}

extension Route {
  /// Whether the process works: what every replica answers.
  static var livez: Route {
    Route(
      .get, "/livez", "livez", "Whether the process works.", access: .open,
      answers: [(200, Route.Body(types: ["text/plain"], description: "A line for each check."))]
    ) { _, _ in .text("ok\n", type: "text/plain; charset=utf-8") }
  }
}
