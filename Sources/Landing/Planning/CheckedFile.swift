internal import Git
internal import Kratix

/// A file whose path has been found safe.
struct CheckedFile: Sendable {
  let path: StatePath
  let content: [UInt8]

  init(path: StatePath, content: [UInt8]) {
    self.path = path
    self.content = content
  }

  init(_ file: Layout.File) throws(LandingError) {
    path = try StatePath(checking: file.path)
    content = file.content
  }
}

extension StatePath {
  /// A path of a layout; the empty one is the top of the repository.
  init(checking path: String) throws(LandingError) {
    self = path.isEmpty ? .root : try landing { () throws(UnsafePath) in try StatePath(path) }
  }

  /// The paths of files that are to stand together.
  ///
  /// - Throws: `LandingError` with `unsafe-path`, or `path-conflict` where they clash.
  static func paths(checking paths: [String]) throws(LandingError) -> [StatePath] {
    var checked: [StatePath] = []
    var rehearsal = TreeEdits()
    for path in paths {
      try LandingError.checkCancellation()
      let path = try StatePath(checking: path)
      try landing { () throws(PathClash) in try rehearsal.write(path, .zero) }
      checked.append(path)
    }
    return checked
  }
}

extension [CheckedFile] {
  /// Checks all paths before anything is made of them.
  init(_ files: [Layout.File]) throws(LandingError) {
    let paths = try StatePath.paths(checking: files.map(\.path))
    self = zip(paths, files).map { CheckedFile(path: $0, content: $1.content) }
  }
}
