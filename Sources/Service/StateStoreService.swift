internal import Foundation
package import Landing
package import Logging
internal import ServiceLifecycle
internal import UnixSignals
internal import Web

/// How the service is set up.
package struct ServiceOptions: Sendable {
  /// Where it listens.
  package var host = "127.0.0.1"
  /// The port; 0 for any that is free.
  package var port = 8080
  /// The directory of the desired state.
  package var directory: String
  /// The file of tokens; `nil` for a service that asks for none.
  package var tokens: String?
  /// The file with what Git servers sign their webhooks with; `nil` to take none.
  package var webhookSecret: String?
  /// What becomes of changes of others in owned paths.
  package var drift = DriftPolicy.correct
  /// How often every state store is looked at.
  package var driftInterval: Duration = .seconds(300)
  /// How many placements are held against a state store at once.
  var placementsAtOnce = 2_000
  /// The files of the certificate chain and the key; `nil` for plain HTTP.
  package var certificate: (chain: String, key: String)?
  /// How many bytes a body may have.
  package var mostBodyBytes = 16 << 20
  /// How many connections there may be at once.
  package var mostConnections = 1024
  /// How long a connection may be idle, and a body may take.
  package var idleTimeout: Duration = .seconds(30)
  /// How long a new connection may take to the end of the head of its first request.
  package var headTimeout: Duration = .seconds(10)
  /// How long one landing may take.
  package var landingTimeout: Duration = .seconds(60)
  /// How long what is under way may take to end when the service is told to stop.
  package var shutdownTimeout: Duration = .seconds(30)
  /// Ends the process when it has not ended in that time.
  package var onShutdownOverdue: @Sendable () -> Void = {}
  /// The version that is shown.
  package var version: String
  /// The commit that the program was built from; `nil` if that is not known.
  package var commit: String?

  /// Options with a place for the desired state.
  package init(directory: String, version: String) {
    self.directory = directory
    self.version = version
  }
}

/// The service: desired state, reconcilers and HTTP, made to run and to end together.
package struct StateStoreService: Sendable {
  var options: ServiceOptions
  let logger: Logger
  let dependencies: Dependencies
  let platforms: Platforms
  let telemetry: Telemetry
  var onListening: @Sendable (Int) -> Void

  /// Puts a service together; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - options: How it is set up.
  ///   - configuration: The files of the platform, which are looked at for changes.
  ///   - version: A number that changes when the platform is to be read again, whatever the files are.
  ///   - stores: Reads the platform; what it gives has to tell of every push.
  ///   - dependencies: The clock and the random numbers.
  ///   - logger: Where it tells what it does.
  ///   - onListening: Told the port when requests are answered.
  /// - Throws: What reading the platform throws.
  package init(
    options: ServiceOptions, configuration: @escaping @Sendable () -> [String],
    version: @escaping @Sendable () -> Int = { 0 },
    stores: @escaping @Sendable (@escaping PushObserver) throws -> StateStores,
    dependencies: Dependencies = .real,
    logger: Logger, onListening: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws {
    self.options = options
    self.logger = logger
    self.dependencies = dependencies
    let telemetry = Telemetry(
      version: options.version, commit: options.commit, startedAt: dependencies.date())
    self.telemetry = telemetry
    self.platforms = Platforms(
      try Reloading(paths: configuration(), version: version()) {
        try Platforms.Version(try stores { telemetry.pushed($0) })
      })
    self.onListening = onListening
  }

  /// Runs until it is told to stop: by SIGTERM or SIGINT, or by the end of its task.
  ///
  /// - Throws: `LandingError` for what is set up wrongly, `StorageError` for the desired state.
  package func run() async throws {
    try await group(signals: [.sigterm, .sigint]).run()
  }

  /// Opens everything, ready to be run.
  ///
  /// - Parameters:
  ///   - signals: What stops it.
  ///   - patience: How long to wait for another process that still has the desired state.
  func group(
    signals: [UnixSignal], waitingForData patience: Duration = .zero
  ) async throws -> ServiceGroup {
    let directory = try await DataDirectory.take(options.directory, within: patience)
    return group(of: try await services(on: directory), signals: signals)
  }

  func group(of services: [any Service], signals: [UnixSignal]) -> ServiceGroup {
    var configuration = ServiceGroupConfiguration(
      services: services.map { .init(service: $0) }, gracefulShutdownSignals: signals,
      logger: logger)
    // The last part of the time is for what has to be cancelled.
    configuration.maximumGracefulShutdownDuration = options.shutdownTimeout * 0.75
    return ServiceGroup(configuration: configuration)
  }
}
