internal import Synchronization

/// Objects in memory, for a machine without a writable directory.
///
/// Several databases may share them, each on its own thread.
package final class MemoryObjects: Sendable {
  private let objects = Mutex<[ObjectID: GitObject]>([:])

  package init() {}

  /// The object with this id, if it is here.
  package subscript(id: ObjectID) -> GitObject? { objects.withLock { $0[id] } }

  /// The ids of all objects.
  package var ids: Set<ObjectID> { objects.withLock { Set($0.keys) } }

  /// Stores the objects of a pack.
  ///
  /// - Throws: `GitError` with the code `corrupt` when the pack is damaged, truncated, or lacks the
  ///   base of a delta.
  func store(pack: [UInt8]) throws(GitError) -> Int {
    var reader = try PackReader(pack)
    let found = try reader.objects { self[$0] }
    objects.withLock { $0.merge(found) { known, _ in known } }
    return found.count
  }
}
