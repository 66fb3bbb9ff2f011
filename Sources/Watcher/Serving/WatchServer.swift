internal import Foundation
internal import Glibc
internal import HTTPTypes
internal import Hummingbird
internal import Landing
package import Logging
internal import NIOCore
internal import Web

/// Health, metrics, the page, and the webhooks of Git servers over HTTP.
package struct WatchServer: Sendable {
  /// What is served, and where.
  package struct Settings: Sendable {
    package var host: String
    package var port: Int
    package var version: String
    /// What Git servers sign their webhooks with; `nil` to take none.
    package var webhookSecret: (@Sendable () -> String)?

    package init(
      host: String, port: Int, version: String, webhookSecret: (@Sendable () -> String)?
    ) {
      self.host = host
      self.port = port
      self.version = version
      self.webhookSecret = webhookSecret
    }
  }

  let settings: Settings
  private let reports: WatchReports
  let pushes: PushNotice
  let health: WatchHealth
  private let logger: Logger
  private let onListening: @Sendable (Int) -> Void

  /// - Parameter onListening: Called with the port when requests are answered.
  package init(
    _ settings: Settings, reports: WatchReports, pushes: PushNotice, logger: Logger,
    onListening: @escaping @Sendable (Int) -> Void
  ) {
    self.settings = settings
    self.reports = reports
    self.pushes = pushes
    health = reports.health
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until the task is cancelled.
  ///
  /// - Throws: `LandingError` if the address cannot be listened on.
  package func run() async throws {
    // It calls the end of its task an error.
    var quiet = logger
    quiet.logLevel = .critical
    let application = Hummingbird.Application(
      router: router,
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port)),
      onServerRunning: { [onListening] channel in
        onListening(channel.localAddress?.port ?? 0)
      }, logger: quiet)
    do {
      try await application.run()
    } catch let error as IOError {
      let reason = error.errnoCode == EADDRINUSE ? "address already in use" : "\(error)"
      throw LandingError(
        .invalidConfiguration,
        "cannot listen on \(settings.host):\(settings.port): \(reason); give --listen another"
          + " address or port")
    }
  }

  private var router: Router<BasicRequestContext> {
    let router = Router()
    router.get("/livez") { [health] _, _ in Self.answer(health.problemOfLife) }
    router.get("/readyz") { [health] request, _ in
      let isVerbose = request.uri.queryParameters["verbose"] != nil
      return Self.answer(
        health.problem, otherwise: health.acts ? "ok" : "ok, on standby",
        after: isVerbose ? health.lines : [])
    }
    router.get("/metrics") { [reports] _, _ in
      Self.text(reports.telemetry.text, "text/plain; version=0.0.4; charset=utf-8")
    }
    router.get("/") { request, _ in try page(request) }
    router.get("/page.css") { _, _ in Self.text(PageStyle.css, "text/css; charset=utf-8") }
    router.get("**") { _, _ in try Self.notFound() }
    router.post("/hooks/push") { request, _ in try await pushed(request) }
    router.post("/look") { request, _ in try await look(request) }
    return router
  }

  private static func answer(
    _ problem: String?, otherwise text: String = "ok", after lines: [String] = []
  ) -> Response {
    let answer = (lines + [problem ?? text]).joined(separator: "\n") + "\n"
    var response = Self.text(answer, "text/plain; charset=utf-8")
    if problem != nil { response.status = .serviceUnavailable }
    return response
  }

  static func text(
    _ text: String, _ type: String, status: HTTPResponse.Status = .ok
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type, .xContentTypeOptions: "nosniff"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

// MARK: The page

extension WatchServer {
  private static let contentSecurityPolicy = """
    default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'
    """
  private static let mostPages = 1_000_000

  private func page(_ request: Request) throws -> Response {
    let query = Self.query(of: request)
    let state = reports.board.read { $0 }
    let page = VerdictPage(
      state, query, problem: health.problem,
      mayLook: settings.webhookSecret != nil && health.acts, version: settings.version, at: Date())
    var response = Self.text(try VerdictTemplate.render(page), "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
    response.headers[.cacheControl] = "no-store"
    return response
  }

  private static func notFound() throws -> Response {
    try error(.notFound, ErrorPage(title: "Not Found", detail: "There is no such page."))
  }

  static func error(_ status: HTTPResponse.Status, _ page: ErrorPage) throws -> Response {
    var response = text(
      try VerdictTemplate.render(page), "text/html; charset=utf-8", status: status)
    response.headers[.contentSecurityPolicy] = ErrorPage.contentSecurityPolicy
    return response
  }

  private static func query(of request: Request) -> VerdictQuery {
    let values = request.uri.queryParameters
    let text = { (name: Substring) in values[name].map(String.init) ?? "" }
    return VerdictQuery(
      verdict: Judgement.Verdict(rawValue: text("verdict")), promise: text("promise"),
      namespace: text("namespace"), destination: text("destination"),
      order: VerdictQuery.Order(rawValue: text("sort")) ?? .state,
      page: min(max(1, Int(text("page")) ?? 1), mostPages) - 1)
  }
}
