internal import Synchronization

/// Objects in memory, for a machine without a directory that can be written to.
///
/// Any number of databases may share them, each on a thread of its own.
package final class MemoryObjects: Sendable {
  private let objects = Mutex<[ObjectID: GitObject]>([:])

  /// No object yet.
  package init() {}

  /// The object of that name; `nil` when it is not here.
  package subscript(id: ObjectID) -> GitObject? { objects.withLock { $0[id] } }

  /// The names of all objects.
  package var ids: Set<ObjectID> { objects.withLock { Set($0.keys) } }

  /// Stores one object.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash it.
  @discardableResult
  package func store(_ object: GitObject) throws(GitError) -> ObjectID {
    let id = try ObjectID(of: object)
    objects.withLock { $0[id] = object }
    return id
  }

  /// Stores the objects of a pack.
  ///
  /// - Throws: `GitError` with the code `corrupt` when the pack is damaged, cut short, or lacks the
  ///   base of a delta.
  func store(pack: [UInt8]) throws(GitError) -> Int {
    var reader = try PackReader(pack)
    let found = try reader.objects { self[$0] }
    objects.withLock { $0.merge(found) { known, _ in known } }
    return found.count
  }
}
