internal import Glibc
internal import Hummingbird
internal import Landing
package import Logging
internal import NIOCore

/// Health and metrics over HTTP.
package struct WatchServer: Sendable {
  private let host: String
  private let port: Int
  private let telemetry: WatchTelemetry
  private let health: WatchHealth
  private let logger: Logger
  private let onListening: @Sendable (Int) -> Void

  /// - Parameter onListening: Called with the port when requests are answered.
  package init(
    host: String, port: Int, telemetry: WatchTelemetry, health: WatchHealth, logger: Logger,
    onListening: @escaping @Sendable (Int) -> Void
  ) {
    self.host = host
    self.port = port
    self.telemetry = telemetry
    self.health = health
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
    let router = Router()
    router.get("/livez") { [health] _, _ in Self.answer(health.problemOfLife) }
    router.get("/readyz") { [health] _, _ in Self.answer(health.problem) }
    router.get("/metrics") { [telemetry] _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: telemetry.text)))
    }
    let application = Hummingbird.Application(
      router: router,
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { [onListening] channel in
        onListening(channel.localAddress?.port ?? 0)
      }, logger: quiet)
    do {
      try await application.run()
    } catch let error as IOError {
      let reason = error.errnoCode == EADDRINUSE ? "address already in use" : "\(error)"
      throw LandingError(
        .invalidConfiguration,
        "cannot listen on \(host):\(port): \(reason); give --listen another address or port")
    }
  }

  private static func answer(_ problem: String?) -> Response {
    Response(
      status: problem == nil ? .ok : .serviceUnavailable,
      headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: (problem ?? "ok") + "\n")))
  }
}
