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
}

extension [CheckedFile] {
  /// Checks all paths before anything is made of them, clashes between them included.
  init(_ files: [Layout.File]) throws(LandingError) {
    self.init()
    var rehearsal = TreeEdits()
    for file in files {
      let file = try CheckedFile(file)
      try landing { () throws(PathClash) in try rehearsal.write(file.path, .zero) }
      append(file)
    }
  }
}
