package import Application
package import KubernetesAPI
package import Logging

/// The watcher: one replica of it acts, and all answer over HTTP.
package struct ClusterWatcher: Sendable {
  private let platform: ClusterPlatform
  private let client: KubernetesClient
  private let options: WatchOptions
  private let lease: Leadership.Settings
  private let telemetry: WatchTelemetry
  private let board: VerdictBoard
  private let health: WatchHealth
  private let server: WatchServer
  private let logger: Logger

  package init(
    _ platform: ClusterPlatform, client: KubernetesClient, options: WatchOptions,
    lease: Leadership.Settings, telemetry: WatchTelemetry, board: VerdictBoard, health: WatchHealth,
    server: WatchServer, logger: Logger
  ) {
    self.platform = platform
    self.client = client
    self.options = options
    self.lease = lease
    self.telemetry = telemetry
    self.board = board
    self.health = health
    self.server = server
    self.logger = logger
  }

  /// Runs until the task is cancelled.
  ///
  /// - Throws: `LandingError` if the address cannot be listened on.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask { await lead() }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func lead() async {
    await Leadership(client, lease, logger: logger).run { [telemetry, health] standing in
      telemetry.leads(standing.isHeld, isAPIUp: standing.problem == nil)
      health.asked(problem: standing.problem?.description)
    } _: { [platform, client, options, telemetry, board, logger] in
      await Controller(
        platform, client: client, options: options, telemetry: telemetry, board: board,
        logger: logger
      ).run()
    }
  }
}
