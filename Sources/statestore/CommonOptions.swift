import ArgumentParser
import Foundation
import GitTransport
import Kratix
import Landing
import Logging
import Service

/// How results are printed.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
  case yaml
}

/// How log lines are printed.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}

/// What is logged: this and all that is graver.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case trace
  case debug
  case info
  case notice
  case warning
  case error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .warning }
}

/// In what form a command prints its result.
///
/// It stands beside the options that all commands take, and not around them: the parser looks at a
/// group within a group many times.
struct FormatOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "How results are printed.")
  var output: OutputFormat = .text
}

/// Where the state stores are, and how the program is to behave: all but the form of the result.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files or directories of Kratix manifests: GitStateStore, Destination, Promise, Secret, Expectation.",
      discussion: "Also STATESTORE_CONFIG, separated by colons.", valueName: "path"))
  var config: [String] = []

  @Option(
    help: ArgumentHelp(
      "The state repository, instead of the GitStateStore's.", valueName: "url|path"))
  var repo: String?

  @Option(help: "The branch, instead of the GitStateStore's; main and refs/heads/main are one.")
  var branch: String?

  @Option(
    help: ArgumentHelp(
      "The one Destination to look at; without --config its path is its name.", valueName: "name"))
  var destination: String?

  @Option(
    help: ArgumentHelp(
      "A directory with one file for each key of the state store's Secret.", valueName: "directory")
  )
  var credentials: String?

  @Option(
    help: ArgumentHelp(
      "A file of certificate authorities to trust besides the system's.", valueName: "file"))
  var caFile: String?

  @Flag(help: "Allow plain http to a host that is not this machine.")
  var allowInsecureHttp = false

  @Option(
    help: ArgumentHelp(
      "Where objects are kept between runs; may be deleted at any time.", valueName: "directory"))
  var cache: String?

  @Option(
    help: ArgumentHelp(
      "When the whole command gives up, counted from its start: 500ms, 30s, 5m.",
      valueName: "duration"))
  var timeout: DurationArgument?

  @Flag(help: "Print without colours (also NO_COLOR).")
  var noColor = false

  @Option(help: "What is logged to standard error.")
  var logLevel = LogLevel.warning

  @Option(help: "How it is logged.")
  var logFormat: LogFormat = .text

  func validate() throws {
    guard let text = Environment["STATESTORE_TIMEOUT"], environmentTimeout == nil else { return }
    throw ValidationError("STATESTORE_TIMEOUT is \(text); write it as 500ms, 30s or 5m.")
  }

  /// The moment at which the command gives up: one for all that it does.
  var deadline: ContinuousClock.Instant { Statestore.start + timeLimit }

  /// How long the command may take.
  var timeLimit: Duration {
    (timeout ?? environmentTimeout ?? DurationArgument(duration: .seconds(60))).duration
  }

  private var environmentTimeout: DurationArgument? {
    Environment["STATESTORE_TIMEOUT"].flatMap(DurationArgument.init(argument:))
  }

  var usesColor: Bool {
    !noColor && Environment["NO_COLOR"] == nil && isatty(STDOUT_FILENO) == 1
  }

  var logger: Logger {
    var logger = Logger(label: "statestore") { label in
      switch logFormat {
      case .text: TextLogHandler(label: label)
      case .json: JSONLogHandler()
      }
    }
    logger.logLevel = logLevel.level
    return logger
  }
}

/// A span of time as people write it: `500ms`, `30s`, `5m`, `1h`, `7d`.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init(duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let duration = DurationText.duration(argument) else { return nil }
    self.duration = duration
  }
}

extension Duration {
  /// The whole span in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

/// The process's environment, in which an empty variable counts as none.
enum Environment {
  static subscript(name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
