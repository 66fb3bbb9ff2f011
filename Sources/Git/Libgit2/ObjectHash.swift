internal import Clibgit2

extension ObjectID {
  /// The id of an object with these bytes.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash.
  package init(of object: GitObject) throws(GitError) {
    try Library.start()
    var name = git_oid()
    try check(
      git_odb_hash(&name, object.bytes, object.bytes.count, object.kind.raw), "git_odb_hash")
    self.init(name)
  }

  init(_ raw: git_oid) {
    self = withUnsafeBytes(of: raw.id) { ObjectID(bytes: $0) } ?? .zero
  }

  var raw: git_oid {
    var raw = git_oid()
    withUnsafeMutableBytes(of: &raw.id) { $0.copyBytes(from: bytes) }
    return raw
  }
}

extension ObjectKind {
  init?(_ raw: git_object_t) {
    switch raw {
    case GIT_OBJECT_BLOB: self = .blob
    case GIT_OBJECT_TREE: self = .tree
    case GIT_OBJECT_COMMIT: self = .commit
    case GIT_OBJECT_TAG: self = .tag
    default: return nil
    }
  }

  var raw: git_object_t {
    switch self {
    case .blob: GIT_OBJECT_BLOB
    case .tree: GIT_OBJECT_TREE
    case .commit: GIT_OBJECT_COMMIT
    case .tag: GIT_OBJECT_TAG
    }
  }
}
