/// Edits of paths in a tree, not yet applied to any tree.
///
/// Removals are applied before writes, whatever the order of the calls: to replace a directory,
/// remove it and write its files.
package struct TreeEdits: Sendable {
  /// The edit of one name and of everything below it.
  struct PathNode: Sendable {
    /// Whether the existing file or directory is removed.
    var isRemoved = false
    var file: (mode: FileMode, id: ObjectID)?
    var children: [String: PathNode] = [:]

    var writesSomething: Bool {
      file != nil || children.values.contains(where: \.writesSomething)
    }
  }

  private(set) var top = PathNode()
  package private(set) var written: Set<StatePath> = []
  package private(set) var removed: Set<StatePath> = []

  package init() {}

  /// Removes a file, or a directory with everything in it, if it exists.
  package mutating func remove(_ path: StatePath) {
    removed.insert(path)
    Self.update(path.components[...], of: &top) { $0.isRemoved = true }
  }

  /// Writes a file.
  ///
  /// - Throws: `PathClash` if another write of these edits needs the path as a directory, or writes
  ///   the same file.
  package mutating func write(
    _ path: StatePath, _ id: ObjectID, mode: FileMode = .file
  ) throws(PathClash) {
    guard !path.components.isEmpty, !written.contains(path) else {
      throw PathClash(path: path, existing: .file)
    }
    var directory = path.parent
    while let current = directory, !current.components.isEmpty {
      if written.contains(current) { throw PathClash(path: current, existing: .file) }
      directory = current.parent
    }
    var clash = false
    Self.update(path.components[...], of: &top) { node in
      clash = node.children.values.contains(where: \.writesSomething)
      if !clash { node.file = (mode, id) }
    }
    if clash { throw PathClash(path: path, existing: .directory) }
    written.insert(path)
  }

  /// Static, because a method would hold a copy of `top`, so that each change copies the directory.
  private static func update(
    _ names: ArraySlice<String>, of node: inout PathNode, _ body: (inout PathNode) -> Void
  ) {
    guard let name = names.first else { return body(&node) }
    update(names.dropFirst(), of: &node.children[name, default: PathNode()], body)
  }
}

/// A file where a directory must be, or a directory where a file must be.
package struct PathClash: Error, Sendable, Hashable, CustomStringConvertible {
  /// What exists at the path.
  package enum Existing: Sendable, Hashable {
    /// A file (or a link, or a submodule).
    case file
    case directory
  }

  package let path: StatePath
  package let existing: Existing

  package init(path: StatePath, existing: Existing) {
    self.path = path
    self.existing = existing
  }

  /// A sentence that names the path.
  package var description: String {
    switch existing {
    case .file: "\(path) is a file already, and would have to be something else as well"
    case .directory: "\(path) is a directory that holds files, and would have to be a file"
    }
  }
}
