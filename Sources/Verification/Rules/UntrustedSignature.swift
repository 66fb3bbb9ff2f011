internal import Git

/// Paths whose last commit has a signature that does not count.
enum UntrustedSignature: RuleDefinition {
  static let rule = Rule.untrustedSignature
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning:
      "The commit that last changed the path is signed, and the signature does not count: it "
      + "is by none of the configured signers, or it is no signature of this commit.",
    origins: [
      "A person or a bot signed with a key that is not configured.",
      "The key of the writer was changed, and the new one is not among the signers yet.",
      "The key has expired, was revoked, or is allowed for another time or purpose.",
      "The commit was made by rewriting a signed one.",
      "gpgv, or the program of --x509-program, is not installed here.",
    ],
    remedies: [
      "Look at the signature: git verify-commit COMMIT, git log --show-signature.",
      "Add the key to the signers if it is right; otherwise write again, and find out who pushed.",
    ],
    silence: [
      "No signers are configured: --allowed-signers, --keyring or --x509-program, or allowedSigners or "
        + "keyring in the GitStateStore's Secret.",
      "The change is further back in the history than commits are read; a note says so then.",
    ])
}

extension UntrustedSignature {
  /// - Parameter reason: Why the signature does not count.
  static func finding(_ path: String, changedBy change: LogEntry, because reason: String) -> Finding
  {
    var finding = Self.finding(
      file: path, expected: "a commit signed by one of the configured signers",
      actual: "one by \(change.commit.author.name) with a signature that does not count: \(reason)",
      remedy: "look at it: git verify-commit \(change.id.abbreviated); add its key to the signers, "
        + "or write again")
    finding.introduced = CommitSummary(id: change.id, commit: change.commit)
    return finding
  }
}
