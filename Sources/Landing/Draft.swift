internal import Git

/// Objects that are being made on top of those that are stored, read as one.
///
/// A reference, because a batch reads what its earlier writes made while it goes on making.
final class Draft: ObjectReader {
  /// What has been made so far.
  private(set) var new = NewObjects()
  private let base: any ObjectReader

  init(over base: any ObjectReader) { self.base = base }

  func object(_ id: ObjectID) throws(GitError) -> GitObject {
    if let object = new[id] { return object }
    return try base.object(id)
  }

  func tree(_ id: ObjectID) throws(GitError) -> Tree {
    if let object = new[id] { return try Tree(bytes: object.bytes) }
    return try base.tree(id)
  }

  func contains(_ id: ObjectID) -> Bool { new[id] != nil || base.contains(id) }

  func add(_ objects: NewObjects) { new.add(objects) }

  /// Forgets what was made after the draft had this many objects.
  func cut(to count: Int) { new.cut(to: count) }
}
