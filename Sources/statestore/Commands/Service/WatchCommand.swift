import Application
import ArgumentParser
import Foundation
import KubernetesAPI
import Landing
import Watcher
import Web

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

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions

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
    help: ArgumentHelp(
      "The secret of webhooks (POST /hooks/push), in a file; or STATESTORE_WEBHOOK_SECRET.",
      valueName: "file"), completion: .file())
  var webhookSecret: String?

  @Option(
    help: ArgumentHelp(
      "Post changes of verdicts as JSON to this URL, or to the one in a file.",
      valueName: "url-or-file"), completion: .file())
  var notify: String?

  @Option(
    help: ArgumentHelp(
      "The secret that signs what is posted (X-Hub-Signature-256), in a file.",
      valueName: "file"), completion: .file())
  var notifySecret: String?

  @Option(
    help: ArgumentHelp(
      "How long a replica that is silent keeps the Lease.",
      valueName: "duration"))
  var leaseDuration = DurationArgument(duration: .seconds(10))

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
    guard leaseDuration.duration >= .seconds(1) else {
      throw ValidationError("--lease-duration must be at least 1s.")
    }
    guard notifySecret == nil || notify != nil else {
      throw ValidationError("--notify-secret goes with --notify.")
    }
  }

  func run() async throws {
    try await runReporting(as: .text, failingWith: \.writeStatus) {
      var common = common
      common.cluster = true
      let settings = try await common.serviceSettings
      guard let platform = ClusterPlatform(settings), let address else { return }
      try await watcher(platform, address, try WatchSecrets(self)).run()
    }
  }

  private func watcher(
    _ platform: ClusterPlatform, _ address: (host: String, port: Int), _ secrets: WatchSecrets
  ) -> ClusterWatcher {
    let client = platform.client
    let logger = platform.settings.logger
    let host = ProcessInfo.processInfo.hostName
    let board = VerdictBoard()
    let telemetry = WatchTelemetry(
      board, version: Program.version, commit: Program.commit, startedAt: Date())
    var options = WatchOptions(instance: host)
    options.grace = grace.duration
    options.interval = interval.duration
    options.writesStatus = !noStatus
    let reports = WatchReports(
      board: board, telemetry: telemetry, health: WatchHealth(),
      notifier: secrets.notify.map {
        Notifier($0, telemetry: telemetry, logger: logger)
      })
    let pushes = PushNotice()
    let server = WatchServer(
      WatchServer.Settings(
        host: address.host, port: address.port, version: Program.version,
        webhookSecret: secrets.webhook),
      reports: reports, pushes: pushes, logger: logger,
      onListening: { port in
        print("http://\(address.host):\(port)")
        fflush(nil)
      })
    return ClusterWatcher(
      platform, client: client, options: options,
      lease: Leadership.Settings(
        namespace: leaseNamespace ?? client.namespace ?? "default", name: lease, host: host,
        duration: leaseDuration.duration),
      reports: reports, pushes: pushes, server: server, logger: logger)
  }

  private var address: (host: String, port: Int)? { ListenAddress.parse(listen) }
}

/// What the flags name files for, read again as the files change.
private struct WatchSecrets {
  var webhook: (@Sendable () -> String)?
  var notify: Notifier.Target?

  /// - Throws: `LandingError` with the file that cannot be used.
  init(_ command: WatchCommand) throws {
    webhook = try command.webhookSecret.map(Self.line)
    if webhook == nil, let secret = Environment["STATESTORE_WEBHOOK_SECRET"], !secret.isEmpty {
      webhook = { secret }
    }
    guard let target = command.notify else { return }
    let address: @Sendable () -> String =
      target.contains("://") ? { @Sendable in target } : try Self.line(of: target)
    guard let url = URL(string: address()), ["http", "https"].contains(url.scheme),
      url.host() != nil
    else {
      throw LandingError(
        .invalidConfiguration, "--notify: the address does not begin with http:// or https://")
    }
    notify = Notifier.Target(
      address: address, secret: try command.notifySecret.map(Self.line))
  }

  private static func line(of path: String) throws -> @Sendable () -> String {
    do {
      let line = try Reloading.line(of: path)
      return {
        // What cannot be read now leaves what was read before.
        _ = line.refresh()
        return line.value
      }
    } catch {
      throw LandingError(.invalidConfiguration, "\(path): \(error)")
    }
  }
}
