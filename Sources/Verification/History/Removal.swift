internal import Git
package import Kratix
internal import Landing

/// Who removed what had landed, as far as the commit tells.
struct Removal {
  private enum Origin {
    /// Kratix deletes the files with the WorkPlacement, and names it in the subject.
    case kratix
    /// `statestore remove` does the same, and adds trailers.
    case statestore
    case other(isMerge: Bool)
    /// In a work tree, and in no commit yet.
    case uncommitted
  }

  private let commit: LogEntry
  private let origin: Origin

  /// - Parameter stateStore: Names the author of Kratix's commits.
  init(_ commit: LogEntry, stateStore: GitStateStore) {
    self.commit = commit
    guard commit.commit.author.name != CommitSummary.uncommittedAuthor else {
      origin = .uncommitted
      return
    }
    guard CommitSummary(id: commit.id, commit: commit.commit).isRemoval(by: stateStore) else {
      origin = .other(isMerge: commit.commit.parents.count > 1)
      return
    }
    let isOurs = CommitMessage(reading: commit.commit.message).content != nil
    origin = isOurs ? .statestore : .kratix
  }

  var description: String {
    let (author, id) = (commit.commit.author.name, commit.id.abbreviated)
    return switch origin {
    case .kratix: "removed by Kratix itself at \(id): the Work was deleted"
    case .statestore: "removed with \"statestore remove\" at \(id)"
    case .uncommitted: "removed in the work tree, not committed"
    case .other: "removed by \(author.isEmpty ? "someone" : author) at \(id)"
    }
  }

  var remedy: String {
    switch origin {
    case .kratix:
      "if it is still wanted, let the pipeline run again: label the request "
        + "kratix.io/manual-reconciliation=true (git revert would bring back files that no Work owns)"
    case .statestore:
      "if it is still wanted, land it again, or let the pipeline run again: label the request "
        + "kratix.io/manual-reconciliation=true"
    case .uncommitted: "restore it: git restore --source HEAD -- FILE"
    case .other(let isMerge):
      "land it again, or undo the removal: git revert \(isMerge ? "-m 1 " : "")"
        + commit.id.abbreviated
    }
  }
}

extension CommitSummary {
  /// Whether the writer of a state store deleted a placement with it, as Kratix does when the Work was
  /// deleted or no longer asks for the Destination (`lib/writers/git.go`).
  package func isRemoval(by stateStore: GitStateStore) -> Bool {
    author == stateStore.authorName && CommitMessage.isDeletion(subject ?? "")
  }
}
