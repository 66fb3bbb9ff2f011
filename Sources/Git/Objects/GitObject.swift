/// What an object is (gitglossary(7), "object type").
package enum ObjectKind: String, Sendable, Hashable, CaseIterable {
  /// A file's bytes.
  case blob
  /// A directory.
  case tree
  /// A commit.
  case commit
  /// An annotated tag.
  case tag
}

/// An object as Git stores it: its kind and its bytes.
package struct GitObject: Sendable, Hashable {
  /// What it is.
  package let kind: ObjectKind
  /// Its content, without Git's header.
  package let bytes: [UInt8]

  /// Puts a kind and bytes together; whether the bytes make such an object is not checked.
  package init(kind: ObjectKind, bytes: [UInt8]) {
    self.kind = kind
    self.bytes = bytes
  }
}

/// Whatever objects can be read from: a database, or new objects on top of one.
package protocol ObjectReader {
  /// Reads an object.
  ///
  /// - Throws: `GitError` with the code `objectMissing` when it is not here.
  func object(_ id: ObjectID) throws(GitError) -> GitObject
  /// Reads a directory.
  ///
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` when it is something else than a tree.
  func tree(_ id: ObjectID) throws(GitError) -> Tree
  /// How many bytes an object has, where possible without reading them.
  ///
  /// - Throws: `GitError` with the code `objectMissing` when it is not here.
  func byteCount(of id: ObjectID) throws(GitError) -> Int
  /// Whether the object is here.
  func contains(_ id: ObjectID) -> Bool
}

extension ObjectReader {
  /// Reads an object to count its bytes.
  ///
  /// - Throws: `GitError` with the code `objectMissing` when it is not here.
  package func byteCount(of id: ObjectID) throws(GitError) -> Int { try object(id).bytes.count }

  /// Reads a file's bytes.
  ///
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` when it is something else than a blob.
  package func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
    try bytes(of: id, as: .blob)
  }

  /// Reads a directory.
  ///
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` when it is something else than a tree.
  package func tree(_ id: ObjectID) throws(GitError) -> Tree {
    try Tree(bytes: bytes(of: id, as: .tree))
  }

  /// Reads a commit.
  ///
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` when it is something else than a commit.
  package func commit(_ id: ObjectID) throws(GitError) -> Commit {
    try Commit(bytes: bytes(of: id, as: .commit))
  }

  /// What an object is in the end: of a tag, the object that was tagged.
  ///
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` for a tag that names no object.
  package func peeled(_ id: ObjectID) throws(GitError) -> (id: ObjectID, kind: ObjectKind) {
    let object = try object(id)
    guard object.kind == .tag else { return (id, object.kind) }
    let head = String(decoding: object.bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    guard head.hasPrefix("object "), let tagged = ObjectID(hexadecimal: String(head.dropFirst(7)))
    else { throw .corrupt("the tag \(id) names no object", in: "read") }
    return try peeled(tagged)
  }

  private func bytes(of id: ObjectID, as kind: ObjectKind) throws(GitError) -> [UInt8] {
    let object = try object(id)
    guard object.kind == kind else {
      throw .corrupt("\(id) is a \(object.kind) and not a \(kind)", in: "read")
    }
    return object.bytes
  }
}
