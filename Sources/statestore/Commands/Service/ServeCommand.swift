import Application
import ArgumentParser
import Foundation
import KubernetesAPI
import Landing
package import Service
import Synchronization

extension DriftPolicy: ExpressibleByArgument {}

/// `statestore serve`: the service.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Runs a service that writes Works to the state stores, and keeps them there.",
    discussion: """
      The service holds the Git credentials, so that pipelines need none:
        statestore serve --config /etc/statestore --data /var/lib/statestore \\
          --tokens /etc/statestore-tokens/tokens.yaml --listen 0.0.0.0:8080

      To try it, on this machine alone:
        statestore serve --config ./platform --data ./data --insecure-no-auth
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup(title: OptionTitle.signing) var signing: SigningOptions
  @OptionGroup(title: OptionTitle.signing) var signers: SignerOptions

  @Option(help: ArgumentHelp("Where to listen.", valueName: "host:port"))
  var listen = "127.0.0.1:8080"

  @Option(
    help: ArgumentHelp("Where the desired state is kept.", valueName: "directory"),
    completion: .directory)
  var data: String

  @Option(
    help: ArgumentHelp(
      "The digests, roles and namespaces of tokens; read again when the file changes.",
      valueName: "file"), completion: .file())
  var tokens: String?

  @Flag(help: "Ask for no token; only on a loopback address.")
  var insecureNoAuth = false

  @Option(help: "What to do about changes by others in owned paths: correct or report.")
  var drift: DriftPolicy = .correct

  @Option(
    help: ArgumentHelp("How often state stores are checked for drift.", valueName: "duration"))
  var driftInterval = DurationArgument(duration: .seconds(300))

  @Option(
    help: ArgumentHelp(
      "The secret of webhooks of GitHub, GitLab or Gitea, in the first line of a file.",
      valueName: "file"), completion: .file())
  var webhookSecret: String?

  @Option(
    help: ArgumentHelp("Serve https: the certificate chain in PEM.", valueName: "file"),
    completion: .file())
  var tlsCertificate: String?

  @Option(
    help: ArgumentHelp("The certificate's key in PEM.", valueName: "file"), completion: .file())
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      "The largest body in MiB; all at once have at most twice that, or 64.", valueName: "MiB"))
  var maxBody = 16

  @Option(
    help: ArgumentHelp(
      "The most connections at once; beyond it idle ones are closed.",
      valueName: "number"))
  var maxConnections = 1024

  @Option(
    help: ArgumentHelp(
      "How long work in progress may take after SIGTERM.", valueName: "duration"))
  var shutdownTimeout = DurationArgument(duration: .seconds(30))

  @Option(
    help: ArgumentHelp(
      "With --cluster: the Lease by which replicas elect one that acts.", valueName: "name"))
  var lease = "statestore-serve"

  @Option(
    help: ArgumentHelp(
      "The namespace of the Lease; without it that of the Pod or of the context.",
      valueName: "name"))
  var leaseNamespace: String?

  @Option(
    help: ArgumentHelp(
      "How long a replica that is silent keeps the Lease.",
      valueName: "duration"))
  var leaseDuration = DurationArgument(duration: .seconds(10))

  func validate() throws {
    guard leaseDuration.duration >= .seconds(1) else {
      throw ValidationError("--lease-duration must be at least 1s.")
    }
    guard address != nil else {
      throw ValidationError("--listen is \(listen); write it as HOST:PORT.")
    }
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key go together.")
    }
    guard (tokens == nil) == insecureNoAuth else {
      throw ValidationError("Give --tokens, or --insecure-no-auth to try it without.")
    }
    guard !insecureNoAuth || ["127.0.0.1", "::1", "localhost"].contains(address?.host) else {
      throw ValidationError(
        "With --insecure-no-auth everyone who reaches the service may write; use --listen 127.0.0.1:PORT."
      )
    }
    guard (1...1024).contains(maxBody), maxConnections > 0 else {
      throw ValidationError("--max-body must be 1 to 1024, and --max-connections more than 0.")
    }
  }

  func run() async throws {
    try await runReporting(as: .text, failingWith: \.writeStatus) {
      let settings = try await self.settings
      let cluster = ClusterPlatform(settings)
      let service = try StateStoreService(
        options: options(), configuration: { settings.configurationPaths },
        version: { cluster?.version ?? 0 },
        stores: {
          let settings = cluster?.settings ?? settings
          return try settings.openStateStores(
            of: try settings.loadPlatform(), observer: $0, endsSoon: false,
            signs: true)
        },
        logger: settings.logger,
        onListening: onListening())
      guard let cluster else { return try await service.run() }
      let refreshing = Task { await Self.keepCurrent(cluster) }
      defer { refreshing.cancel() }
      try await ReplicatedService(service, election: election(in: cluster)).run()
    }
  }

  private var settings: PlatformSettings {
    get async throws {
      var settings = try await common.serviceSettings
      signing.apply(to: &settings)
      signers.apply(to: &settings)
      return settings
    }
  }

  /// Prints the address, once: a replica listens again when it begins to act.
  private func onListening() -> @Sendable (Int) -> Void {
    let scheme = tlsCertificate == nil ? "http" : "https"
    let host = address?.host ?? ""
    let printed = Printed()
    return { port in
      guard printed.isFirst() else { return }
      // With port 0 this is where the port can be read.
      print("\(scheme)://\(host):\(port)")
      fflush(nil)
    }
  }

  private func election(in cluster: ClusterPlatform) -> ReplicatedService.Election {
    let leadership = Leadership(
      cluster.client,
      Leadership.Settings(
        namespace: leaseNamespace ?? cluster.client.namespace ?? "default", name: lease,
        host: ProcessInfo.processInfo.hostName, duration: leaseDuration.duration),
      logger: cluster.settings.logger)
    return { changed, body in
      await leadership.run { standing in
        changed(
          ReplicatedService.Standing(
            acts: standing.isHeld, leader: standing.holder,
            problem: standing.problem?.description))
      } _: {
        await body()
      }
    }
  }

  /// Reads the cluster again and again until the task is cancelled.
  private static func keepCurrent(_ cluster: ClusterPlatform) async {
    while (try? await Task.sleep(for: .seconds(30))) != nil {
      await cluster.refresh(within: .seconds(25))
    }
  }

  private func options() -> ServiceOptions {
    var options = ServiceOptions(directory: data, version: Program.version)
    options.commit = Program.commit
    if let address { (options.host, options.port) = address }
    options.tokens = tokens
    if let tlsCertificate, let tlsKey { options.certificate = (tlsCertificate, tlsKey) }
    options.drift = drift
    options.driftInterval = driftInterval.duration
    options.webhookSecret = webhookSecret
    options.mostBodyBytes = maxBody << 20
    options.mostConnections = maxConnections
    options.shutdownTimeout = shutdownTimeout.duration
    options.onShutdownOverdue = { [shutdownTimeout] in
      Output.notice(
        """
        what was under way had not ended \(shutdownTimeout.duration) after the signal and was cut off; \
        it is landed when the service is started again
        """)
      _exit(Outcome.timedOut.meaning.writeStatus)
    }
    if let timeout = common.timeout { options.landingTimeout = timeout.duration }
    return options
  }

  private var address: (host: String, port: Int)? { ListenAddress.parse(listen) }
}

/// Whether something was printed already.
private final class Printed: Sendable {
  private let isPrinted = Mutex(false)

  func isFirst() -> Bool {
    isPrinted.withLock { isPrinted in
      defer { isPrinted = true }
      return !isPrinted
    }
  }
}
