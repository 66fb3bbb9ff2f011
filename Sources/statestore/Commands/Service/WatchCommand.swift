import Application
import ArgumentParser
import Foundation
import KubernetesAPI
import Landing
import Watcher

/// `statestore watch`: says in the cluster what has become of each request.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watches a cluster, and reports for each request whether its output landed.",
    discussion: """
      It sets the condition Landed on requests, reports Events on them and their
      Works, and serves metrics. It never writes to Git. Several replicas elect one
      that acts, by a Lease.
        statestore watch --listen 0.0.0.0:8081
        statestore watch --context test --no-status --grace 2m
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp(
      "How long a commit may take after the pipelines have completed.", valueName: "duration"))
  var grace = DurationArgument(duration: .seconds(60))

  @Option(
    help: ArgumentHelp(
      "How often the branches are read while nothing changes in the cluster.",
      valueName: "duration"))
  var interval = DurationArgument(duration: .seconds(2))

  @Flag(help: "Set no condition in the status of requests.")
  var noStatus = false

  @Option(
    help: ArgumentHelp("Where health and metrics are served.", valueName: "host:port"))
  var listen = "127.0.0.1:8081"

  @Option(
    help: ArgumentHelp("The Lease by which replicas elect one that acts.", valueName: "name"))
  var lease = "statestore-watch"

  @Option(
    help: ArgumentHelp(
      "The namespace of the Lease; without it that of the Pod or of the context.",
      valueName: "name"))
  var leaseNamespace: String?

  func validate() throws {
    guard address != nil else {
      throw ValidationError("--listen is \(listen); write it as HOST:PORT.")
    }
  }

  func run() async throws {
    try await runReporting(as: .text, failingWith: \.writeStatus) {
      var common = common
      common.cluster = true
      let settings = try await common.settings
      guard let platform = ClusterPlatform(settings), let address else { return }
      try await watcher(platform, address).run()
    }
  }

  private func watcher(
    _ platform: ClusterPlatform, _ address: (host: String, port: Int)
  ) -> ClusterWatcher {
    let client = platform.client
    let logger = platform.settings.logger
    let host = ProcessInfo.processInfo.hostName
    let board = VerdictBoard()
    let telemetry = WatchTelemetry(board, version: Program.version, startedAt: Date())
    let health = WatchHealth()
    var options = WatchOptions(instance: host)
    options.grace = grace.duration
    options.interval = interval.duration
    options.writesStatus = !noStatus
    let server = WatchServer(
      host: address.host, port: address.port, telemetry: telemetry, health: health, logger: logger,
      onListening: { port in
        print("http://\(address.host):\(port)")
        fflush(nil)
      })
    return ClusterWatcher(
      platform, client: client, options: options,
      lease: Leadership.Settings(
        namespace: leaseNamespace ?? client.namespace ?? "default", name: lease, host: host),
      telemetry: telemetry, board: board, health: health, server: server, logger: logger)
  }

  private var address: (host: String, port: Int)? { ListenAddress.parse(listen) }
}
