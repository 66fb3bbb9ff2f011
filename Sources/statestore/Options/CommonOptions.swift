import Application
import ArgumentParser
import Foundation
import KubernetesAPI
import Landing
import Logging

/// How log lines are printed.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}

/// The lowest level that is logged.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case trace
  case debug
  case info
  case notice
  case warning
  case error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .warning }
}

/// Where the state stores are, and how the program behaves; options of all commands.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files or directories of Kratix manifests: GitStateStore, Destination, Promise, Secret, Expectation.",
      discussion: "Also STATESTORE_CONFIG, separated by colons.", valueName: "path"),
    completion: .file())
  var config: [String] = []

  @Flag(
    help:
      "Read the platform and its Secrets from the Kubernetes API server; manifests of --config take precedence. The server is found by --kubeconfig, KUBECONFIG or ~/.kube/config, or in a Pod by its ServiceAccount."
  )
  var cluster = false

  @Option(
    help: ArgumentHelp("The kubeconfig for --cluster and --kubectl.", valueName: "file"),
    completion: .file())
  var kubeconfig: String?

  @Option(
    help: ArgumentHelp(
      "The context of the kubeconfig, instead of the current one.", valueName: "name"),
    completion: NameCompletion.contexts)
  var context: String?

  @Option(
    help: ArgumentHelp(
      "The state repository, instead of the GitStateStore's (also STATESTORE_REPO).",
      valueName: "url|path"), completion: .file())
  var repo: String?

  @Option(help: "The branch, instead of the GitStateStore's (also STATESTORE_BRANCH).")
  var branch: String?

  @Option(
    help: ArgumentHelp(
      "The only Destination to use; without --config its path is its name, and worker is the default (also STATESTORE_DESTINATION).",
      valueName: "name"), completion: NameCompletion.destinations)
  var destination: String?

  @Option(
    help: ArgumentHelp(
      "A directory with one file for each key of the state store's Secret (also STATESTORE_CREDENTIALS).",
      valueName: "directory"), completion: .directory)
  var credentials: String?

  @Option(
    help: ArgumentHelp(
      "A file of certificate authorities to trust besides the system's.", valueName: "file"),
    completion: .file())
  var caFile: String?

  @Flag(help: "Allow plain http to a host that is not this machine.")
  var allowInsecureHttp = false

  @Option(
    help: ArgumentHelp(
      "Where objects are kept between runs; may be deleted at any time (also STATESTORE_CACHE). (default: ~/.cache/statestore)",
      valueName: "directory"), completion: .directory)
  var cache: String?

  @Option(
    help: ArgumentHelp(
      "How long the whole command may take: 500ms, 30s, 5m (also STATESTORE_TIMEOUT). (default: 60s)",
      valueName: "duration"))
  var timeout: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Whether output is coloured; auto: on a terminal, as NO_COLOR, CLICOLOR_FORCE and TERM say.",
      valueName: "when"))
  var color = ColorMode.auto

  @Flag(help: .hidden)
  var noColor = false

  @Flag(name: .shortAndLong, help: "Log errors only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Log more: -v what is done, -vv with details.")
  var verbose: Int

  @Option(
    help: "The lowest level that is logged, instead of -q and -v; without any of them, warning.")
  var logLevel: LogLevel?

  @Option(help: "The form of log lines.")
  var logFormat: LogFormat = .text

  func validate() throws {
    guard !quiet || verbose == 0 else {
      throw ValidationError("Give --quiet or --verbose, not both.")
    }
    guard let text = Environment["STATESTORE_TIMEOUT"], environmentTimeout == nil else { return }
    throw ValidationError("STATESTORE_TIMEOUT is \(text); write it as 500ms, 30s or 5m.")
  }

  /// The settings by which the platform is read, with the cluster's objects where one is asked.
  ///
  /// - Throws: `KubernetesError` or `LandingError`.
  var settings: PlatformSettings {
    get async throws { try await settings(from: fileSettings) }
  }

  /// The same for a process that keeps running, whose log lines have times.
  ///
  /// - Throws: `KubernetesError` or `LandingError`.
  var serviceSettings: PlatformSettings {
    get async throws {
      var settings = fileSettings
      settings.logger = logger { TextLogHandler(label: $0) }
      return try await self.settings(from: settings)
    }
  }

  private func settings(from files: PlatformSettings) async throws -> PlatformSettings {
    guard cluster else {
      guard context == nil, kubeconfig == nil else {
        throw LandingError(.invalidConfiguration, "--context and --kubeconfig are for --cluster")
      }
      return files
    }
    let access = AccessSettings(kubeconfig: kubeconfig, context: context)
    return try await files.reading(access, deadline: deadline)
  }

  /// The settings by which the platform is read from files; variables count where there is no flag.
  var fileSettings: PlatformSettings {
    let manifests = Environment["STATESTORE_CONFIG"]?.split(separator: ":").map(String.init)
    return PlatformSettings(
      manifestPaths: config.isEmpty ? manifests ?? [] : config,
      repository: repo ?? Environment["STATESTORE_REPO"],
      branch: branch ?? Environment["STATESTORE_BRANCH"],
      destination: destination ?? Environment["STATESTORE_DESTINATION"],
      credentialsDirectory: credentials ?? Environment["STATESTORE_CREDENTIALS"],
      authorities: caFile, allowsInsecureHTTP: allowInsecureHttp,
      cacheDirectory: cache ?? Environment["STATESTORE_CACHE"], logger: logger)
  }

  /// When the command gives up, whatever it does.
  var deadline: ContinuousClock.Instant { Program.start + timeLimit }

  /// How long the command may take.
  var timeLimit: Duration { timeLimit(default: .seconds(60)) }

  /// How long a command may take that has another default.
  func timeLimit(default duration: Duration) -> Duration {
    (timeout ?? environmentTimeout)?.duration ?? duration
  }

  private var environmentTimeout: DurationArgument? {
    Environment["STATESTORE_TIMEOUT"].flatMap(DurationArgument.init(argument:))
  }

  var usesColor: Bool {
    !noColor && color.isOn(isTerminal: isatty(STDOUT_FILENO) == 1)
  }

  var logger: Logger { logger { _ in SentenceLogHandler() } }

  private func logger(_ text: (String) -> any LogHandler) -> Logger {
    var logger = Logger(label: "statestore") { label in
      switch logFormat {
      case .text: text(label)
      case .json: JSONLogHandler()
      }
    }
    logger.logLevel = (logLevel ?? levelOfFlags).level
    return logger
  }

  private var levelOfFlags: LogLevel {
    if quiet { return .error }
    return verbose == 0 ? .warning : verbose == 1 ? .info : .debug
  }
}
