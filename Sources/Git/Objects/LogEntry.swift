/// A commit and its id, as `git log` lists it.
package struct LogEntry: Sendable, Hashable {
  package let id: ObjectID
  package let commit: Commit

  package init(id: ObjectID, commit: Commit) {
    self.id = id
    self.commit = commit
  }
}
