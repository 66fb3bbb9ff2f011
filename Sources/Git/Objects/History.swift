/// Walks from commits to what they follow, newest first.
///
/// The walk is our own because a state store's cache is shallow: where a parent is not here, the
/// history known to us ends, and the caller is told so.
package struct History: Sequence, IteratorProtocol {
  /// A commit met on the walk.
  package struct Element: Sendable, Hashable {
    /// Its name.
    package let id: ObjectID
    /// What it holds.
    package let commit: Commit

    /// Puts a commit and its name together.
    package init(id: ObjectID, commit: Commit) {
      self.id = id
      self.commit = commit
    }
  }

  private let reader: any ObjectReader
  private var waiting: [Element] = []
  private var seen: Set<ObjectID> = []
  /// Parents that were met and are not in the database: where the walk could not go on.
  package private(set) var missing: [ObjectID] = []
  /// What stopped the walk before its end, if anything did.
  package private(set) var failure: GitError?

  /// A walk that starts at these commits.
  package init(from tips: [ObjectID], reading reader: some ObjectReader) {
    self.reader = reader
    for tip in tips { add(tip) }
  }

  /// The newest commit that has not been visited; no commit comes before one that follows it,
  /// unless the clocks of their authors say otherwise.
  package mutating func next() -> Element? {
    guard failure == nil, !waiting.isEmpty else { return nil }
    let element = waiting.removeLast()
    for parent in element.commit.parents { add(parent) }
    return element
  }

  private mutating func add(_ id: ObjectID) {
    guard seen.insert(id).inserted else { return }
    do throws(GitError) {
      let element = Element(id: id, commit: try reader.commit(id))
      let time = element.commit.committer.seconds
      let index = waiting.firstIndex { $0.commit.committer.seconds >= time } ?? waiting.count
      waiting.insert(element, at: index)
    } catch {
      if error.code == .objectMissing { missing.append(id) } else { failure = error }
    }
  }
}
