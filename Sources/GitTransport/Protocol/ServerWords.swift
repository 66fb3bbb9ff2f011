/// What the words of servers mean: one table for git, JGit, libgit2, dulwich and the forges.
///
/// The protocol has no codes for these (gitprotocol-pack(5) has free text after `ng`, `unpack` and
/// `ERR`), so words are all there is.
enum ServerWords {
  /// What words mean.
  enum Meaning: Hashable, CaseIterable {
    /// A rule of the server's forbids it, whatever else is said.
    case refusal
    /// Another writer moved the reference, or holds its lock.
    case movedReference
    /// The server failed while it worked at the request.
    case serverFailure
    /// The server does not have, or does not hand out, an object.
    case objectNotFound
    /// There is no such repository.
    case repositoryNotFound
    /// These credentials do not allow it.
    case accessDenied
  }

  /// Parts of sentences in lower case; the first row that has one of them gives the meaning.
  private static let table: [(meaning: Meaning, signs: [String])] = [
    // git: receive.fsckObjects, receive.maxInputSize; quotas of forges.
    // "'refs/heads/x' exists; cannot create 'refs/heads/x/y'" begins like a failure to lock.
    (
      .refusal,
      ["fsck error", "exceeds maximum allowed size", "quota", "exists; cannot create"]
    ),
    (
      .movedReference,
      [
        // git, GitHub
        "cannot lock ref", "failed to update ref", "failed to lock", "stale info", "fetch first",
        "non-fast-forward", "reference already exists", ".lock': file exists",
        // GitLab
        "incorrect old value",
        // JGit, Gerrit, Bitbucket
        "changed concurrently", "lock error", "lock failure",
        // Azure DevOps
        "tf401028", "already been updated by another",
      ]
    ),
    (
      .serverFailure,
      [
        // git: "unpack: " begins what its report says of the pack.
        "unpacker error", "unpack: ", "abnormal exit", "early eof", "unexpected disconnect",
        "missing necessary objects", "unable to migrate objects", "no space left on device",
        // GitHub, Gerrit, GitLab (Gitaly), dulwich, go-git
        "internal server error", "internal error", "command aborted", "deadline exceeded",
        "service unavailable", "temporarily unavailable", "failed to write", "object not found",
      ]
    ),
    (
      .repositoryNotFound,
      ["not found", "not exported", "does not exist", "no such", "not appear to be a git repo"]
    ),
    (.accessDenied, ["access denied", "permission", "not authorized"]),
  ]

  /// What some words mean; `nil` if they have none of these meanings.
  static func meaning(of words: [String], among meanings: Set<Meaning>) -> Meaning? {
    let sentence = words.joined(separator: "\n").lowercased()
    if meanings.contains(.objectNotFound), WithheldObject.isMeant(by: sentence) {
      return .objectNotFound
    }
    return table.first { row in
      meanings.contains(row.meaning) && row.signs.contains { sentence.contains($0) }
    }?.meaning
  }
}

extension PushReport {
  /// What a refusal is likely to mean.
  ///
  /// Words are no proof: read the reference again before building on the guess.
  package enum Cause: Sendable, Hashable {
    /// The server will refuse the same push again.
    case refusal
    /// A hook ran and refused the push.
    case hook
    /// Another writer moved the reference first, or holds its lock.
    case movedReference
    /// The server failed while it worked at the push.
    case serverFailure
  }

  /// What the words of a refusal mean; `nil` for a push that was accepted.
  package var cause: Cause? {
    guard case .refused(let reason) = outcome else { return nil }
    let decline = reason.lowercased()
    if decline.contains("hook declined") {
      // The hooks of GitLab ask its own API, and say so when that does not answer.
      let isUnanswered = messages.contains { $0.lowercased().contains("internal api") }
      return isUnanswered ? .serverFailure : .hook
    }
    // git's report is short, and its error messages say more. A failure is named in the report.
    if let meaning = ServerWords.meaning(
      of: [reason] + messages, among: [.refusal, .movedReference])
    {
      return meaning == .refusal ? .refusal : .movedReference
    }
    return ServerWords.meaning(of: [reason], among: [.serverFailure]) == nil
      ? .refusal : .serverFailure
  }
}
