/// The type of an object (gitglossary(7), "object type").
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
  package let kind: ObjectKind
  /// Its content, without Git's header.
  package let bytes: [UInt8]

  /// An object; the bytes are not checked.
  package init(kind: ObjectKind, bytes: [UInt8]) {
    self.kind = kind
    self.bytes = bytes
  }
}

/// A source of objects: a database, or new objects on top of one.
package protocol ObjectReader {
  /// - Throws: `GitError` with the code `objectMissing` when it is not here.
  func object(_ id: ObjectID) throws(GitError) -> GitObject
  /// Reads a directory.
  ///
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` when it is not a tree.
  func tree(_ id: ObjectID) throws(GitError) -> Tree
  /// The size of an object in bytes, if possible without reading them.
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
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` when it is not a blob.
  package func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
    try bytes(of: id, as: .blob)
  }

  /// Reads a directory.
  ///
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` when it is not a tree.
  package func tree(_ id: ObjectID) throws(GitError) -> Tree {
    try Tree(bytes: bytes(of: id, as: .tree))
  }

  /// Reads a commit.
  ///
  /// - Throws: `GitError`: `objectMissing`, or `corrupt` when it is not a commit.
  package func commit(_ id: ObjectID) throws(GitError) -> Commit {
    try Commit(bytes: bytes(of: id, as: .commit))
  }

  /// The id and kind of an object, or of the object that a tag refers to.
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
