/// What is to become of some paths of a tree: a value, not yet applied to any tree.
///
/// Removals come before writes, whatever the order of the calls: "replace this directory" is to
/// remove it and to write its files.
package struct TreeEdits: Sendable {
  /// What is to become of one name and of what lies below it.
  struct Branch: Sendable {
    /// Whether what stands there now goes.
    var isRemoved = false
    var file: (mode: FileMode, id: ObjectID)?
    var children: [String: Branch] = [:]
  }

  private(set) var top = Branch()
  /// The paths that are to be written.
  package private(set) var written: Set<StatePath> = []
  /// The paths that are to be removed.
  package private(set) var removed: Set<StatePath> = []

  /// No edit.
  package init() {}

  /// Whether there is nothing to do.
  package var isEmpty: Bool { written.isEmpty && removed.isEmpty }

  /// All paths that the edits name: what has to be known of a tree to apply them.
  package var paths: Set<StatePath> { written.union(removed) }

  /// Removes a file, or a directory with all that is in it.
  ///
  /// What is not there is no error.
  package mutating func remove(_ path: StatePath) {
    removed.insert(path)
    Self.update(path.components[...], of: &top) { $0.isRemoved = true }
  }

  /// Writes a file.
  ///
  /// - Throws: `PathClash` when another write of these edits needs the path for a directory, or
  ///   has written to it already.
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
    Self.update(path.components[...], of: &top) { branch in
      clash = branch.children.values.contains(where: \.writesSomething)
      if !clash { branch.file = (mode, id) }
    }
    if clash { throw PathClash(path: path, existing: .directory) }
    written.insert(path)
  }

  /// Static, since a method would hold a copy of `top`, and each change would copy the directory.
  private static func update(
    _ names: ArraySlice<String>, of branch: inout Branch, _ body: (inout Branch) -> Void
  ) {
    guard let name = names.first else { return body(&branch) }
    update(names.dropFirst(), of: &branch.children[name, default: Branch()], body)
  }
}

extension TreeEdits.Branch {
  var writesSomething: Bool {
    file != nil || children.values.contains(where: \.writesSomething)
  }
}

/// A file where a directory must be, or a directory where a file must be.
package struct PathClash: Error, Sendable, Hashable, CustomStringConvertible {
  /// What stands in the way.
  package enum Existing: Sendable, Hashable {
    /// A file (or a link, or a submodule).
    case file
    /// A directory.
    case directory
  }

  /// Where they meet.
  package let path: StatePath
  /// What stands there.
  package let existing: Existing

  /// Names the place and what stands there.
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
