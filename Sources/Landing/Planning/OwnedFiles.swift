internal import Git

/// Whose which files are, where placements share directories.
struct OwnedFiles {
  /// A placement's name, and the file that it has.
  typealias Owner = (name: String, file: StatePath)

  private var names: [StatePath: String] = [:]
  /// A file below each directory that holds one.
  private var below: [StatePath: StatePath] = [:]

  mutating func add(_ files: some Sequence<StatePath>, of name: String) {
    for file in files {
      names[file] = name
      for directory in file.ancestors { below[directory] = file }
    }
  }

  /// Who has a file at a path, below it, or in its way.
  func owner(of path: StatePath) -> Owner? {
    for candidate in [path] + path.ancestors + [below[path]].compactMap(\.self) {
      if let name = names[candidate] { return (name, candidate) }
    }
    return nil
  }
}

extension StatePath {
  /// The directories that hold it, but for the top of the repository.
  var ancestors: [StatePath] {
    var found: [StatePath] = []
    var next = parent
    while let current = next, !current.components.isEmpty {
      found.append(current)
      next = current.parent
    }
    return found
  }
}
