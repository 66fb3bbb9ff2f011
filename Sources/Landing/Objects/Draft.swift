internal import Git

/// Objects that are being made on top of those that are stored, read as one.
///
/// A reference, because a batch reads what its earlier writes made while it goes on making.
final class Draft: ObjectReader {
  /// What has been made so far.
  private(set) var new = NewObjects()
  private let base: any ObjectReader
  /// Wide directories are looked into at several steps of each write.
  private let recent = RecentObjects()

  init(over base: any ObjectReader) { self.base = base }

  func object(_ id: ObjectID) throws(GitError) -> GitObject {
    if let object = new[id] { return object }
    if let object = try new.remade(id, from: { id throws(GitError) in try object(id) }) {
      return object
    }
    return try base.object(id)
  }

  func tree(_ id: ObjectID) throws(GitError) -> Tree {
    guard new.contains(id) else { return try base.tree(id) }
    return try recent.tree(id) { () throws(GitError) in try Tree(bytes: object(id).bytes) }
  }

  func byteCount(of id: ObjectID) throws(GitError) -> Int {
    new.contains(id) ? try object(id).bytes.count : try base.byteCount(of: id)
  }

  func contains(_ id: ObjectID) -> Bool { new.contains(id) || base.contains(id) }

  func add(_ objects: NewObjects) { new.add(objects) }

  /// Forgets what was made after the draft had this many objects.
  func cut(to count: Int) { new.cut(to: count) }
}
