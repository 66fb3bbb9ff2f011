package import Application
package import KubernetesAPI
package import Logging

/// The watcher: one replica of it acts, and all answer over HTTP.
package struct ClusterWatcher: Sendable {
  private let platform: ClusterPlatform
  private let client: KubernetesClient
  private let options: WatchOptions
  private let lease: Leadership.Settings
  private let reports: WatchReports
  private let pushes: PushNotice
  private let server: WatchServer
  private let logger: Logger

  package init(
    _ platform: ClusterPlatform, client: KubernetesClient, options: WatchOptions,
    lease: Leadership.Settings, reports: WatchReports, pushes: PushNotice,
    server: WatchServer, logger: Logger
  ) {
    self.platform = platform
    self.client = client
    self.options = options
    self.lease = lease
    self.reports = reports
    self.pushes = pushes
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
      if let notifier = reports.notifier { group.addTask { await notifier.run() } }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func lead() async {
    await Leadership(client, lease, logger: logger).run { [reports] standing in
      reports.telemetry.leads(standing.isHeld, isAPIUp: standing.problem == nil)
      reports.health.asked(acts: standing.isHeld, problem: standing.problem?.description)
    } _: { [platform, client, options, reports, pushes, logger] in
      await Controller(
        platform, client: client, options: options, reports: reports, pushes: pushes,
        logger: logger
      ).run()
    }
  }
}
