internal import Git

/// Paths that were last changed by another author than the state store's.
enum ForeignCommit: RuleDefinition {
  static let rule = Rule.foreignCommit
  static let severity = Severity.warning
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "The path was last changed by another author than the state store's. Whatever it "
      + "holds, neither Kratix nor statestore put it there.",
    origins: [
      "Someone repaired something by hand.",
      "A bot rewrites images or formats files in the same repository.",
      "spec.gitAuthor of the GitStateStore was changed.",
    ],
    remedies: [
      "Read the commit: git show COMMIT. Kratix overwrites it with its next write.",
      "Put into the pipeline what should stay.",
      "Protect the branch so that only the state store's account may push.",
    ],
    silence: [
      "The last commit of the path is by the state store's author (spec.gitAuthor), "
        + "no matter who pushed it.",
      "The change is further back in the history than commits are read.",
    ])
}

extension ForeignCommit {
  /// - Parameter author: The author of the state store's commits.
  static func finding(_ path: String, changedBy change: LogEntry, author: String) -> Finding {
    let isCommitted = change.commit.author.name != CommitSummary.uncommittedAuthor
    let command = isCommitted ? "git show \(change.id.abbreviated)" : "git diff HEAD -- \(path)"
    var finding = Self.finding(
      file: path, expected: "a commit by \(author)",
      actual: isCommitted
        ? "one by \(change.commit.author.name): \(change.commit.subject)"
        : "changes that are not committed",
      remedy: "look at it: \(command); put what should stay into the pipeline: the next write "
        + "replaces it")
    finding.introduced = CommitSummary(id: change.id, commit: change.commit)
    return finding
  }
}
