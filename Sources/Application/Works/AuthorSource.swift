package import Kratix
package import Landing
import Manifests

/// Where the author of commits comes from, if not from the GitStateStore.
package enum AuthorSource: Sendable {
  /// GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL.
  case environment
  /// An annotation of the request.
  case annotation(String)

  /// Reads the value of `--author-from`.
  ///
  /// - Throws: `KratixError` with the code `invalidConfiguration`.
  package init(parsing text: String) throws(KratixError) {
    if text == "environment" {
      self = .environment
      return
    }
    let key = text.dropFirst("annotation:".count)
    guard text.hasPrefix("annotation:"), !key.isEmpty else {
      throw KratixError(
        .invalidConfiguration,
        "the author's source is \(text); it must be environment or annotation:KEY")
    }
    self = .annotation(String(key))
  }

  /// The author; `nil` for a request without the annotation, for which the state store's author is used.
  ///
  /// - Parameter request: The file of the request; `nil` for the one that Kratix mounts.
  /// - Throws: `LandingError` or `ManifestError`.
  package func author(request: String?) throws -> CommitStyle.Author? {
    switch self {
    case .environment:
      guard let name = Environment["GIT_AUTHOR_NAME"], let author = CommitStyle.Author(name) else {
        throw LandingError(
          .invalidConfiguration,
          "the author is to come from the environment, and GIT_AUTHOR_NAME is not set")
      }
      let email = Environment["GIT_AUTHOR_EMAIL"] ?? author.email
      return CommitStyle.Author(name: author.name, email: email)
    case .annotation(let key):
      let path = request ?? "/kratix/input/object.yaml"
      let file = try Input(path).manifests()
      let annotations = try file.objects.first?.node.optional(
        .mapping, at: "/metadata/annotations", in: path)
      return annotations?[key]?.string.flatMap(CommitStyle.Author.init)
    }
  }
}
