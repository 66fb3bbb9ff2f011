internal import Kratix
internal import Manifests

/// What Flux or Argo CD reads: a repository, a branch, and a directory of it.
struct Agent {
  let title: String
  let url: String
  let branch: String
  let path: String

  /// The agent in a line.
  var text: String {
    "\(title) reads \(branch.isEmpty ? "the default branch" : branch) of \(url), path "
      + (path.isEmpty ? "/" : path)
  }

  /// Flux's Kustomizations with their GitRepositories, and Argo CD's Applications.
  static func all(in dumps: [PlatformObject]) -> [Agent] {
    let repositories = dumps.filter { $0.identity.kind == "GitRepository" }
    let flux = dumps.filter {
      $0.identity.kind == "Kustomization" && $0.identity.group.ends(with: "fluxcd.io")
    }.compactMap { kustomization -> Agent? in
      let name = kustomization.text(at: "/spec/sourceRef/name")
      let namespace = kustomization.text(at: "/spec/sourceRef/namespace")
      guard
        let repository = repositories.first(where: {
          $0.identity.name == name
            && (namespace.isEmpty || $0.identity.namespace == namespace)
        })
      else { return nil }
      return Agent(
        title: "Flux \(kustomization.title)", url: repository.text(at: "/spec/url"),
        branch: repository.text(at: "/spec/ref/branch"),
        path: cleaned(kustomization.text(at: "/spec/path")))
    }
    let argo = dumps.filter { $0.identity.kind == "Application" }.flatMap { application in
      let sources =
        [application.node.value(at: "/spec/source")].compactMap(\.self)
        + (application.node.value(at: "/spec/sources")?.sequence ?? [])
      return sources.map { source in
        let revision = source["targetRevision"]?.scalarText ?? ""
        return Agent(
          title: "Argo CD \(application.title)", url: source["repoURL"]?.string ?? "",
          branch: revision == "HEAD" ? "" : revision, path: cleaned(source["path"]?.string ?? ""))
      }
    }
    return flux + argo
  }

  /// Whether it reads the repository and branch of a state store.
  func reads(_ store: GitStateStore) -> Bool {
    Self.repository(url) == Self.repository(store.url)
      && (branch.isEmpty || branch == store.branch || branch == "refs/heads/\(store.branch)")
  }

  /// Whether a directory is the one that it reads, or below it.
  func covers(_ directory: String) -> Bool {
    path.isEmpty || directory == path || directory.begins(with: path + "/")
  }

  private static func cleaned(_ path: String) -> String {
    path.parts(separatedBy: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Host and path: what remains the same however a repository is reached.
  private static func repository(_ url: String) -> String {
    var text = url.firstRange(of: "://").map { String(url[$0.upperBound...]) } ?? url
    if let at = text.firstIndex(of: "@") { text = String(text[text.index(after: at)...]) }
    text = text.replacing(":", with: "/")
    while text.ends(with: "/") { text.removeLast() }
    return (text.ends(with: ".git") ? String(text.dropLast(4)) : text).lowercased()
  }
}
