import ArgumentParser
import Foundation
import Kratix
import Landing
import Manifests

/// How commits speak, where a server's hooks or a platform's customs ask for more than Kratix
/// writes.
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
      valueName: "file"))
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
    CommitStyle(message: try template, trailers: try trailers, author: try author())
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

  private enum AuthorSource {
    case environment
    case annotation(String)
  }

  private var authorSource: AuthorSource? {
    get throws {
      guard let text = authorFrom ?? Environment["STATESTORE_AUTHOR_FROM"] else { return nil }
      if text == "environment" { return .environment }
      let key = text.dropFirst("annotation:".count)
      guard text.hasPrefix("annotation:"), !key.isEmpty else {
        throw KratixError(
          .invalidConfiguration,
          "the author's source is \(text); it must be environment or annotation:KEY")
      }
      return .annotation(String(key))
    }
  }

  private func author() throws -> CommitStyle.Author? {
    switch try authorSource {
    case nil: return nil
    case .environment:
      guard let name = Environment["GIT_AUTHOR_NAME"], let author = CommitStyle.Author(name) else {
        throw LandingError(
          .invalidConfiguration,
          "the author is to come from the environment, and GIT_AUTHOR_NAME is not set")
      }
      let email = Environment["GIT_AUTHOR_EMAIL"] ?? author.email
      return CommitStyle.Author(name: author.name, email: email)
    case .annotation(let key):
      return try annotation(key).flatMap(CommitStyle.Author.init)
    }
  }

  /// The annotation of the request; a request without it has the state store's author.
  private func annotation(_ key: String) throws -> String? {
    let path = object ?? "/kratix/input/object.yaml"
    let file = try Input(path).manifests()
    let annotations = try file.objects.first?.node.optional(
      .mapping, at: "/metadata/annotations", in: path)
    return annotations?[key]?.string
  }
}
