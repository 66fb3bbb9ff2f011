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

  private let settings: Settings
  private let reports: WatchReports
  private let pushes: PushNotice
  private let health: WatchHealth
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

  private static func text(
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
      state, query, problem: health.problem, version: settings.version, at: Date())
    var response = Self.text(try VerdictTemplate.render(page), "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
    response.headers[.cacheControl] = "no-store"
    return response
  }

  private static func notFound() throws -> Response {
    let page = ErrorPage(title: "Not Found", detail: "There is no such page.")
    var response = text(
      try VerdictTemplate.render(page), "text/html; charset=utf-8", status: .notFound)
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

// MARK: Webhooks

extension WatchServer {
  /// How many bytes an event may have.
  private static let mostEventBytes = 2 << 20

  private func pushed(_ request: Request) async throws -> Response {
    let plain = "text/plain; charset=utf-8"
    guard let secret = settings.webhookSecret?() else {
      return Self.text(
        "this watcher takes no webhooks; give it --webhook-secret\n", plain, status: .unauthorized)
    }
    let refusal = Self.text(
      "the signature of the webhook is missing, or made with another secret\n", plain,
      status: .unauthorized)
    guard let signature = WebhookSignature(request.headers), signature.isPossible(with: secret)
    else { return refusal }
    let body = try await request.body.collect(upTo: Self.mostEventBytes)
    guard signature.isValid(for: Array(body.readableBytesView), secret: secret) else {
      return refusal
    }
    guard health.acts else {
      return Self.text(
        "this replica is on standby; the one that acts looks at its interval\n", plain,
        status: .serviceUnavailable)
    }
    pushes.note()
    return Self.text("the branches are looked at now\n", plain, status: .accepted)
  }
}
