internal import Clibgit2
internal import Digests

extension ObjectID {
  /// The id of a new object with these bytes, by a hash that detects collisions of SHA-1.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash.
  package init(of object: GitObject) throws(GitError) {
    try Library.start()
    var name = git_oid()
    try check(
      git_odb_hash(&name, object.bytes, object.bytes.count, object.kind.raw), "git_odb_hash")
    self.init(name)
  }

  /// The id of an object that was stored, by plain SHA-1, which takes half as long: collisions were
  /// looked for when the object was taken in.
  init?(ofStored kind: ObjectKind, _ bytes: UnsafeRawBufferPointer) {
    let header = Array("\(kind.rawValue) \(bytes.count)\0".utf8)
    let digest = RunningDigest.sha1()
    header.withUnsafeBytes { digest.update($0) }
    digest.update(bytes)
    self.init(bytes: digest.finish().bytes)
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
