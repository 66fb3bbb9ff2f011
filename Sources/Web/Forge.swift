internal import Foundation

/// The pages that a forge has of a repository's commits, files and directories.
///
/// The addresses are those of GitHub, GitLab, Gitea and Forgejo, Bitbucket Cloud, Bitbucket Data
/// Center and Azure DevOps, told apart by the host of the repository. Templates replace them.
package struct Forge: Sendable, Hashable {
  /// Addresses in which `{commit}`, `{path}` and `{line}` are replaced.
  package struct Templates: Sendable, Hashable {
    package var commit: String?
    package var file: String?

    package init(commit: String? = nil, file: String? = nil) {
      self.commit = commit
      self.file = file
    }
  }

  private enum Software: Sendable, Hashable {
    case gitHub, gitLab, gitea, bitbucketCloud, bitbucketDataCenter, azure
    /// A host whose name does not say it: commits are at the same address in GitHub and Gitea.
    case other
  }

  private let software: Software
  /// The address of the repository's own page; `nil` if only templates say where pages are.
  private let base: String?
  private let templates: Templates

  /// - Parameter repository: The address that Git uses.
  /// - Returns: `nil` for a repository that no forge serves, such as a path.
  package init?(repository: String, templates: Templates = Templates()) {
    self.templates = templates
    if let place = RepositoryPlace(repository), let (software, base) = Self.page(of: place) {
      (self.software, self.base) = (software, base)
    } else {
      guard templates != Templates() else { return nil }
      (software, base) = (.other, nil)
    }
  }

  /// The page of a commit.
  package func commit(_ id: String) -> String? {
    if let template = templates.commit { return Self.filled(template, commit: id) }
    guard let base else { return nil }
    switch software {
    case .gitHub, .gitea, .azure, .other: return "\(base)/commit/\(id)"
    case .gitLab: return "\(base)/-/commit/\(id)"
    case .bitbucketCloud, .bitbucketDataCenter: return "\(base)/commits/\(id)"
    }
  }

  /// The page of a file or a directory as it was at a commit.
  ///
  /// - Parameters:
  ///   - path: From the top of the repository.
  ///   - line: From 1; only files have lines.
  package func file(
    _ path: String, at commit: String, line: Int? = nil, isDirectory: Bool = false
  ) -> String? {
    if let template = templates.file {
      return Self.filled(template, commit: commit, path: path, line: line)
    }
    guard let base else { return nil }
    let place = Self.escaped(path)
    let anchor = { (before: String) in line.map { "\(before)\($0)" } ?? "" }
    switch software {
    case .gitHub:
      return "\(base)/\(isDirectory ? "tree" : "blob")/\(commit)/\(place)\(anchor("#L"))"
    case .gitLab:
      return "\(base)/-/\(isDirectory ? "tree" : "blob")/\(commit)/\(place)\(anchor("#L"))"
    case .gitea: return "\(base)/src/commit/\(commit)/\(place)\(anchor("#L"))"
    case .bitbucketCloud: return "\(base)/src/\(commit)/\(place)\(anchor("#lines-"))"
    case .bitbucketDataCenter: return "\(base)/browse/\(place)?at=\(commit)\(anchor("#"))"
    case .azure:
      let lines =
        line.map { "&line=\($0)&lineEnd=\($0 + 1)&lineStartColumn=1&lineEndColumn=1" } ?? ""
      return "\(base)?path=/\(place)&version=GC\(commit)\(lines)"
    case .other: return nil
    }
  }

  private static func filled(
    _ template: String, commit: String, path: String = "", line: Int? = nil
  ) -> String {
    template.replacing("{commit}", with: escaped(commit)).replacing("{path}", with: escaped(path))
      .replacing("{line}", with: line.map(String.init) ?? "1")
  }

  /// Percent-encoded but for what a path segment may hold, and slashes (RFC 3986, 3.3).
  private static func escaped(_ path: String) -> String {
    var text = ""
    for byte in path.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        byte < 0x80 && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        || "-._~/".unicodeScalars.contains(scalar)
      let digits = String(byte, radix: 16, uppercase: true)
      text += isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + digits
    }
    return text
  }
}

extension Forge {
  private static func page(of place: RepositoryPlace) -> (Software, base: String)? {
    let (host, parts) = (place.host.lowercased(), place.path)
    let origin = "https://\(place.authority)/"
    let plain = origin + parts.map(escaped).joined(separator: "/")
    if host.hasSuffix("dev.azure.com") || host.hasSuffix("visualstudio.com") {
      return azure(host, parts).map { (.azure, $0) }
    }
    guard parts.count >= 2 else { return nil }
    if host == "bitbucket.org" { return (.bitbucketCloud, plain) }
    if host.contains("bitbucket") {
      return (.bitbucketDataCenter, origin + dataCenter(parts).map(escaped).joined(separator: "/"))
    }
    if host.contains("github") { return (.gitHub, plain) }
    if host.contains("gitlab") { return (.gitLab, plain) }
    let isGitea = ["gitea", "forgejo", "codeberg"].contains(where: host.contains)
    return (isGitea ? .gitea : .other, plain)
  }

  /// `PROJECT/name` and `scm/PROJECT/name` are at `projects/PROJECT/repos/name`, those of `~user` at
  /// `users/user/repos/name`.
  private static func dataCenter(_ parts: [String]) -> [String] {
    let parts = parts.first == "scm" ? Array(parts.dropFirst()) : parts
    guard let project = parts.first, let name = parts.last, parts.count == 2 else { return parts }
    return project.hasPrefix("~")
      ? ["users", String(project.dropFirst()), "repos", name]
      : ["projects", project, "repos", name]
  }

  /// `https://dev.azure.com/ORG/PROJECT/_git/NAME`, `https://ORG.visualstudio.com/PROJECT/_git/NAME`
  /// and `git@ssh.dev.azure.com:v3/ORG/PROJECT/NAME`.
  private static func azure(_ host: String, _ parts: [String]) -> String? {
    if parts.first == "v3", parts.count == 4 {
      let names = parts.map(escaped)
      return "https://dev.azure.com/\(names[1])/\(names[2])/_git/\(names[3])"
    }
    guard parts.contains("_git") else { return nil }
    return "https://\(host)/" + parts.map(escaped).joined(separator: "/")
  }
}

/// Where a repository is: the host, and the path without `.git`.
private struct RepositoryPlace {
  var host: String
  /// The host with the port of its pages.
  var authority: String
  var path: [String]

  init?(_ repository: String) {
    if repository.contains("://") {
      guard let url = URL(string: repository), let host = url.host(), let scheme = url.scheme,
        ["https", "ssh"].contains(scheme)
      else { return nil }
      // The port of ssh is not that of the pages.
      let port = scheme == "https" ? url.port.map { ":\($0)" } ?? "" : ""
      self.init(host: host, port: port, path: url.path)
    } else {
      // As scp writes it: git@host:owner/name.git
      let parts = repository.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let at = parts[0].lastIndex(of: "@"), !parts[0].contains("/") else {
        return nil
      }
      let host = String(parts[0][parts[0].index(after: at)...])
      self.init(host: host, port: "", path: String(parts[1]))
    }
  }

  private init(host: String, port: String, path: String) {
    self.host = host
    authority = host + port
    let path = path.hasSuffix(".git") ? String(path.dropLast(4)) : path
    self.path = path.split(separator: "/").map(String.init)
  }
}
