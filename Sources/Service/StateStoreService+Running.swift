internal import Foundation
internal import Git
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Landing
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Web

extension StateStoreService {
  /// What runs: the reconcilers, what looks at files, and HTTP, which is stopped first.
  func services(on directory: DataDirectory) async throws -> [any Service] {
    let platforms = platforms
    let state = try DesiredState(at: directory.database)
    let changes = Changes()
    let health = StoreHealth()
    let looks = PendingLooks()
    let reconcilers = Reconcilers(state: state, platforms: platforms) {
      [options, dependencies, telemetry, logger] store in
      StoreReconciler(
        store: store, state: state, platforms: platforms, changes: changes,
        health: health, looks: looks, telemetry: telemetry, dependencies: dependencies,
        options: StoreReconciler.Options(
          drift: options.drift, timeout: options.landingTimeout), logger: logger)
    }
    let access = try accessFiles()
    let drift = DriftWatch(
      state: state, platforms: platforms, reconcilers: reconcilers, changes: changes,
      health: health, pending: looks, telemetry: telemetry, dependencies: dependencies,
      options: DriftWatch.Options(
        policy: options.drift, interval: options.driftInterval,
        placementsAtOnce: options.placementsAtOnce),
      logger: logger)
    let api = API(
      state: state, platforms: platforms, reconcilers: reconcilers, changes: changes,
      drift: drift, access: access, health: health, telemetry: telemetry,
      body: RequestBodyReader(
        // Before the connection counts as idle: who is too slow is to hear it.
        mostBytes: options.mostBodyBytes, longest: options.idleTimeout * 0.9),
      dependencies: dependencies, version: options.version)
    let refreshing = Repeating(every: .seconds(2)) { [logger] in
      if platforms.refresh(logger) {
        await reconcilers.platformChanged()
        // What is right with one configuration may be wrong with another.
        for store in platforms.current.storeNames { drift.look(soonAt: store) }
      }
      access.refresh(logger)
    }
    return [
      Running { [directory] in
        defer { withExtendedLifetime(directory) {} }
        try await reconcilers.run()
      },
      Running { try await drift.run() }, refreshing,
      Repeating(every: .seconds(10)) { Allocator.trim() },
      try server(for: api.routes, access),
      // The last one is told first that the service stops.
      ShutdownLimit(time: options.shutdownTimeout, onOverdue: options.onShutdownOverdue),
    ]
  }

  func accessFiles() throws -> AccessFiles {
    ExposedFile.remark(
      on: [options.tokens, options.webhookSecret, options.certificate?.key].compactMap(\.self),
      logger)
    return AccessFiles(
      tokens: try options.tokens.map(Self.reloading),
      certificate: try options.certificate.map { try ServerCertificate(chain: $0, key: $1) },
      webhookSecret: try options.webhookSecret.map(Self.reloadingLine))
  }

  private static func reloading(_ path: String) throws -> Reloading<Tokens> {
    do {
      return try Reloading(paths: [path]) {
        try Tokens(
          parsing: Array(try Data(contentsOf: URL(filePath: path))), file: path)
      }
    } catch {
      throw LandingError(.invalidConfiguration, "\(path): \(error)")
    }
  }

  private static func reloadingLine(_ path: String) throws -> Reloading<String> {
    do {
      return try Reloading.line(of: path)
    } catch {
      throw LandingError(.invalidConfiguration, "\(path): \(error)")
    }
  }

  /// - Parameter middleware: What comes before the routes.
  func server(
    for routes: [Route], _ access: AccessFiles,
    behind middleware: (any MiddlewareProtocol<Request, Response, ServiceContext>)? = nil
  ) throws -> any Service {
    let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    let connections = Connections(most: options.mostConnections)
    router.add(
      middleware: Admission(
        tokens: access.tokens, routes: routes, connections: connections,
        telemetry: telemetry))
    if let middleware { router.add(middleware: middleware) }
    router.add(routes)
    let plain = guardedHTTP(connections)
    let application = Application(
      router: router,
      server: try access.certificate.map { try .tls(plain, tlsConfiguration: $0.configuration) }
        ?? plain,
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port),
        availableConnectionsDelegate: .maximum(options.mostConnections, logger: logger)),
      onServerRunning: { [onListening] channel in
        onListening(channel.localAddress?.port ?? 0)
      },
      logger: logger)
    let place = "\(options.host):\(options.port)"
    return Running {
      do {
        try await application.run()
      } catch let error where error is IOError || error is SocketAddressError {
        throw LandingError(
          .invalidConfiguration,
          "cannot listen on \(place): \(Self.reason(error)); give --listen another address or port")
      }
    }
  }
}

extension StateStoreService {
  /// The system's message, without the names of functions that an `IOError` adds.
  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return String(cString: strerror(error.errnoCode)).lowercased()
  }

  private func guardedHTTP(_ connections: Connections) -> HTTPServerBuilder {
    let configuration = HTTP1Channel.Configuration(
      idleTimeout: TimeAmount(options.idleTimeout),
      httpDecoderConfiguration: GuardedHTTP.headLimits)
    let headTimeout = TimeAmount(min(options.headTimeout, options.idleTimeout))
    return HTTPServerBuilder { responder in
      GuardedHTTP(
        http: HTTP1Channel(responder: responder, configuration: configuration),
        connections: connections, headTimeout: headTimeout)
    }
  }
}

/// Watches that the service stops in time once it is told to.
///
/// On a thread of its own, since all others may be busy with what does not end.
private struct ShutdownLimit: Service {
  let time: Duration
  let onOverdue: @Sendable () -> Void

  func run() async throws {
    // Cancelled: whoever runs the service as a part of a process ends it.
    guard (try? await gracefulShutdown()) != nil else { return }
    let seconds = time / .seconds(1)
    Thread.detachNewThread { [onOverdue] in
      Thread.sleep(forTimeInterval: seconds)
      onOverdue()
    }
  }
}

/// Something that runs until it is told to stop.
private struct Running: Service {
  let body: @Sendable () async throws -> Void

  func run() async throws { try await body() }
}

/// Something that is done again and again until it is told to stop.
struct Repeating: Service {
  let pause: Duration
  let body: @Sendable () async -> Void

  init(every pause: Duration, body: @escaping @Sendable () async -> Void) {
    self.pause = pause
    self.body = body
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      // Cancelled: the service stops.
      while (try? await Task.sleep(for: pause)) != nil { await body() }
    }
  }
}

extension Reloading {
  /// Reads the value again if its files have changed, and tells when they cannot be used.
  @discardableResult
  func refresh(named name: String, _ logger: Logger) -> Bool {
    let before = problem
    let hasChanged = refresh()
    if hasChanged { logger.notice("files read again", metadata: ["files": "\(name)"]) }
    if let problem, problem != before {
      logger.error(
        "files not usable, what was read before stays",
        metadata: ["files": "\(name)", "error.message": "\(problem)"])
    }
    return hasChanged
  }
}
