package import Git

/// The newest commits that a tip reaches over all parents, as far as they are on this machine.
package struct CommitLog: Sendable {
  /// In the order of `git log`: by the committer's date, the newest first, each after a child of it.
  package let commits: [LogEntry]
  /// Whether the tip reaches no other commit.
  package let isWhole: Bool
  /// Whether these are the newest commits: a parent that is not on this machine could be newer than
  /// the commits after its child.
  let isComplete: Bool
  private let places: [ObjectID: Int]
  /// The indices of the parents of each commit; `nil` for one that is not in the log.
  let parents: [[Int?]]

  init(from tip: ObjectID, atMost count: Int, reading reader: any ObjectReader) throws(GitError) {
    var commits: [LogEntry] = []
    var places: [ObjectID: Int] = [:]
    var waiting = [LogEntry(id: tip, commit: try reader.commit(tip))]
    var seen: Set<ObjectID> = [tip]
    var isComplete = true
    var lacksParents = false
    while commits.count < count, !waiting.isEmpty {
      let entry = waiting.removeLast()
      places[entry.id] = commits.count
      commits.append(entry)
      for parent in entry.commit.parents where seen.insert(parent).inserted {
        guard reader.contains(parent) else {
          lacksParents = true
          if commits.count < count { isComplete = false }
          continue
        }
        waiting.insert(byDate: LogEntry(id: parent, commit: try reader.commit(parent)))
      }
    }
    self.commits = commits
    self.places = places
    parents = commits.map { $0.commit.parents.map { places[$0] } }
    self.isComplete = isComplete
    isWhole = waiting.isEmpty && !lacksParents
  }

  /// Whether more commits would not be found: these are all, or all that a shallow repository has.
  func endsBefore(_ count: Int) -> Bool { isWhole || commits.count < count }

  /// Whether a commit is one of these, or a parent of one.
  package func reaches(_ id: ObjectID) -> Bool {
    places[id] != nil || commits.contains { $0.commit.parents.contains(id) }
  }
}

extension [LogEntry] {
  /// Inserts a commit into an array whose last element is the newest; of equal dates the first
  /// inserted one is the last element, as in git's `commit_list_insert_by_date`.
  fileprivate mutating func insert(byDate entry: LogEntry) {
    let seconds = entry.commit.committer.seconds
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].commit.committer.seconds < seconds {
        low = middle + 1
      } else {
        high = middle
      }
    }
    insert(entry, at: low)
  }
}

extension CommitLog {
  /// Which of some paths were changed, themselves or below, by any of some commits.
  ///
  /// A merge changed a path in which it differs from each of its parents. What a commit changed whose
  /// parents are not in the log is not known.
  func changedPaths(
    by ids: [ObjectID], among paths: Set<String>, reading reader: any ObjectReader
  ) throws(GitError) -> Set<String> {
    var missing: Set<ObjectID> = []
    var changed: Set<String> = []
    for id in ids {
      guard let place = places[id] else { continue }
      do throws(GitError) {
        changed.formUnion(try changedPaths(by: place, among: paths, reading: reader))
      } catch {
        guard error.code == .objectMissing else { throw error }
        missing.formUnion(error.objects)
      }
    }
    if !missing.isEmpty { throw .missing(missing.sorted()) }
    return changed
  }

  private func changedPaths(
    by index: Int, among paths: Set<String>, reading reader: any ObjectReader
  ) throws(GitError) -> Set<String> {
    let tree = commits[index].commit.tree
    let parents = parents[index]
    guard !parents.isEmpty else {
      return try ChangedPaths(among: paths).run(from: nil, to: tree, reading: reader)
    }
    let known = parents.compactMap(\.self)
    guard known.count == parents.count else { return [] }
    var changed = paths
    for parent in known where !changed.isEmpty {
      changed = try ChangedPaths(among: changed)
        .run(from: commits[parent].commit.tree, to: tree, reading: reader)
    }
    return changed
  }
}
