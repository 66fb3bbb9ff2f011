internal import Git

/// Paths whose last commit has no signature.
enum UnsignedCommit: RuleDefinition {
  static let rule = Rule.unsignedCommit
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "The commit that last changed the path is not signed. Nothing proves who made it: the "
      + "author of a commit is a text that everybody can write.",
    origins: [
      "Someone pushed by hand, without commit.gpgSign.",
      "The writer signs nothing: neither --sign nor signingKey in the GitStateStore's Secret is set.",
      "The commit is older than the signatures.",
      "--work-tree: the files are not committed yet.",
    ],
    remedies: [
      "Read the commit: git show COMMIT.",
      "Let the writer sign (--sign), and write again: the next change of the path is signed.",
      "Let the server refuse commits that are not signed, by a hook or a rule of the branch.",
    ],
    silence: [
      "No signers are configured: --allowed-signers, --keyring or --x509-program, or allowedSigners or "
        + "keyring in the GitStateStore's Secret.",
      "The change is further back in the history than commits are read; a note says so then.",
    ])
}

extension UnsignedCommit {
  static func finding(_ path: String, changedBy change: LogEntry) -> Finding {
    var finding = Self.finding(
      file: path, expected: "a signed commit",
      actual: "one by \(change.commit.author.name) without a signature",
      remedy: "look at it: git show \(change.id.abbreviated); if it is right, write it again with "
        + "--sign")
    finding.introduced = CommitSummary(id: change.id, commit: change.commit)
    return finding
  }
}
