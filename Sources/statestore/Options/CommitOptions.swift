import Application
import ArgumentParser
import Kratix
import Landing

/// The message, trailers and author of commits, where a server's hooks or a platform's rules demand
/// more than Kratix writes.
struct CommitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The commit message instead of Kratix's, with {action}, {placement}, {work}, {promise}, {namespace}, {resource}, {pipeline} and {destination} in it.",
      discussion: "Also STATESTORE_MESSAGE_TEMPLATE.", valueName: "text"))
  var messageTemplate: String?

  @Option(
    help: ArgumentHelp("A trailer for each commit; may be repeated.", valueName: "key=value"))
  var trailer: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where the commits' author comes from, instead of the GitStateStore: environment (GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL), or annotation:KEY of the request.",
      discussion: "Also STATESTORE_AUTHOR_FROM.", valueName: "source"))
  var authorFrom: String?

  @Option(
    help: ArgumentHelp(
      "The request whose annotation names the author. (default: /kratix/input/object.yaml)",
      valueName: "file"), completion: .file())
  var object: String?

  func validate() throws {
    do {
      _ = try template
      _ = try trailers
      _ = try authorSource
    } catch let error as KratixError {
      throw ValidationError(error.message)
    }
  }

  /// The style of commits.
  ///
  /// - Throws: `KratixError`, `LandingError` or `ManifestError`.
  func style() throws -> CommitStyle {
    CommitStyle(
      message: try template, trailers: try trailers,
      author: try authorSource?.author(request: object))
  }

  private var template: MessageTemplate? {
    get throws {
      try (messageTemplate ?? Environment["STATESTORE_MESSAGE_TEMPLATE"])
        .map { try MessageTemplate($0) }
    }
  }

  private var trailers: [Trailer] {
    get throws { try trailer.map { try Trailer(parsing: $0) } }
  }

  private var authorSource: AuthorSource? {
    get throws {
      try (authorFrom ?? Environment["STATESTORE_AUTHOR_FROM"]).map {
        try AuthorSource(parsing: $0)
      }
    }
  }
}
