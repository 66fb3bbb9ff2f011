internal import Foundation

/// Where a forge shows a commit of a repository, by the ways of GitHub, GitLab and Gitea.
enum ForgeLink {
  /// The address of a commit's page; `nil` for a repository that no forge serves.
  static func commit(_ id: String, in repository: String) -> String? {
    guard let place = place(of: repository) else { return nil }
    let path = place.path.hasSuffix(".git") ? String(place.path.dropLast(4)) : place.path
    guard path.split(separator: "/").count >= 2 else { return nil }
    let middle = place.host.contains("gitlab") ? "/-/commit/" : "/commit/"
    return "https://\(place.host)\(path)\(middle)\(id)"
  }

  private static func place(of repository: String) -> (host: String, path: String)? {
    if let url = URL(string: repository), let host = url.host(), let scheme = url.scheme,
      ["https", "ssh"].contains(scheme)
    {
      // The port of ssh is not that of the pages.
      let port = scheme == "https" ? url.port.map { ":\($0)" } ?? "" : ""
      return (host + port, url.path)
    }
    // The way of scp: git@host:owner/name.git
    let parts = repository.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let at = parts[0].lastIndex(of: "@"), !parts[0].contains("/") else {
      return nil
    }
    return (String(parts[0][parts[0].index(after: at)...]), "/" + parts[1])
  }
}
