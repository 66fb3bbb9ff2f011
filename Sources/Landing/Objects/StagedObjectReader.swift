internal import Git

/// Reads new objects that are not stored, and all others from a reader below.
///
/// A class, so that later writes of a batch can read the objects that earlier ones created.
final class StagedObjectReader: ObjectReader {
  /// The new objects.
  private(set) var new: NewObjects
  private let base: any ObjectReader
  /// Trees that are parsed already: each write of a batch reads the upper ones again.
  private let recent = RecentObjects()

  init(_ new: NewObjects = NewObjects(), over base: any ObjectReader) {
    self.new = new
    self.base = base
  }

  func object(_ id: ObjectID) throws(GitError) -> GitObject {
    if let object = new[id] { return object }
    if let object = try new.reconstructed(id, from: { id throws(GitError) in try object(id) }) {
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

  /// Removes the objects that were added after there were this many.
  func cut(to count: Int) { new.truncate(to: count) }
}
