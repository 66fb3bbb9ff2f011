internal import Manifests

/// Paths joined as Kratix joins them, with Go's `filepath.Join`.
///
/// The result is clean: no empty name, no `.`, `..` resolved as far as it can be; no trailing
/// slash; links are never followed. `lib/writers/git.go` of Kratix relies on it everywhere.
enum JoinedPath {
  /// The shortest spelling of a path (Go's `filepath.Clean`); `.` for the empty one.
  static func clean(_ path: String) -> String {
    // By unicode scalars: a slash followed by a combining mark is one character, and still a slash.
    let isAbsolute = path.unicodeScalars.first == "/"
    var names: [String] = []
    for name in path.unicodeScalars.split(separator: "/").map(String.init) where name != "." {
      if name != ".." {
        names.append(name)
      } else if let last = names.last, last != ".." {
        names.removeLast()
      } else if !isAbsolute {
        names.append(name)
      }
    }
    let joined = names.joined(separator: "/")
    if isAbsolute { return "/" + joined }
    return joined.isEmpty ? "." : joined
  }

  /// The clean path through all of these; empty ones do not count.
  static func join(_ paths: String...) -> String {
    let joined = paths.filter { !$0.isEmpty }.joined(separator: "/")
    return joined.isEmpty ? "" : clean(joined)
  }

  /// A clean path below some root: without the slash in front, empty for the root itself.
  static func relative(_ path: String) -> String {
    let cleaned = clean(path)
    let stripped = cleaned.begins(with: "/") ? cleaned.dropping(prefix: "/") : cleaned
    return stripped == "." ? "" : stripped
  }
}
