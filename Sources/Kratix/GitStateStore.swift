package import Manifests

/// A Git repository that Destinations live in (`api/v1alpha1/gitstatestore_types.go`).
package struct GitStateStore: Sendable, Hashable, Codable {
  /// How a writer proves who it is.
  package enum AuthMethod: String, Sendable, Hashable, Codable, CaseIterable {
    /// A user name and a password or token, over https.
    case basicAuth
    /// A key, over ssh.
    case ssh
    /// A token of a GitHub App's installation.
    case githubApp
  }

  /// A Secret by name and namespace.
  package struct SecretReference: Sendable, Hashable, Codable {
    /// The Secret's name.
    package var name: String
    /// The Secret's namespace.
    package var namespace: String

    /// Names a Secret; Kratix looks in `default` when no namespace is given.
    package init(name: String, namespace: String = "default") {
      self.name = name
      self.namespace = namespace
    }
  }

  /// The name that Destinations refer to.
  package var name: String
  /// The repository's address.
  package var url: String
  /// The branch.
  package var branch: String
  /// The directory of the repository that everything is written below.
  package var path: String
  /// How a writer proves who it is.
  package var authMethod: AuthMethod
  /// Where the credentials are.
  package var secretReference: SecretReference?
  /// The name of the author of commits.
  package var authorName: String
  /// The address of the author of commits.
  package var authorEmail: String
  /// Where a person can look at the repository, if its address does not say it.
  package var webPages: WebPages?

  /// Addresses of pages, in which `{commit}`, `{path}` and `{line}` are replaced; annotations of the
  /// manifest.
  package struct WebPages: Sendable, Hashable, Codable {
    package var commit: String?
    package var file: String?
  }

  /// A state store; what is left out is as Kratix defaults it.
  package init(
    name: String, url: String, branch: String = "main", path: String = "",
    authMethod: AuthMethod = .basicAuth, secretReference: SecretReference? = nil,
    authorName: String = "kratix", authorEmail: String = ""
  ) {
    self.name = name
    self.url = url
    self.branch = branch
    self.path = path
    self.authMethod = authMethod
    self.secretReference = secretReference
    self.authorName = authorName
    self.authorEmail = authorEmail
  }
}

extension GitStateStore {
  /// Reads a `GitStateStore` manifest.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  package init(_ object: PlatformObject) throws(ManifestError) {
    try object.checkMappings(at: "/spec/secretRef", "/spec/gitAuthor")
    let method = try object.optional(
      .oneOf(AuthMethod.allCases.map(\.rawValue)), at: "/spec/authMethod")
    self.init(
      name: try object.requireName(),
      url: try object.require(.nonEmptyString, at: "/spec/url"),
      branch: try object.optional(.nonEmptyString, at: "/spec/branch") ?? "main",
      path: try object.optional(.string, at: "/spec/path") ?? "",
      authMethod: method.flatMap(AuthMethod.init) ?? .basicAuth,
      authorName: try object.optional(.nonEmptyString, at: "/spec/gitAuthor/name") ?? "kratix",
      authorEmail: try object.optional(.string, at: "/spec/gitAuthor/email") ?? "")
    let pages = WebPages(
      commit: try object.optional(.webAddress, at: "/metadata/annotations/statestore~1commit-url"),
      file: try object.optional(.webAddress, at: "/metadata/annotations/statestore~1file-url"))
    if pages != WebPages() { webPages = pages }
    if let name = try object.optional(.nonEmptyString, at: "/spec/secretRef/name") {
      let namespace = try object.optional(.nonEmptyString, at: "/spec/secretRef/namespace")
      secretReference = SecretReference(name: name, namespace: namespace ?? "default")
    }
  }
}

extension Shape where Value == String {
  /// Nothing else may become a link: `javascript:` addresses run.
  fileprivate static var webAddress: Shape {
    Shape("an address that begins with https:// or http://") { node in
      node.string.flatMap { $0.hasPrefix("https://") || $0.hasPrefix("http://") ? $0 : nil }
    }
  }
}
