/// The meaning of a server's error message: one table for git, JGit, libgit2, dulwich and the
/// forges.
///
/// The protocol has no error codes, only free text after `ng`, `unpack` and `ERR`
/// (gitprotocol-pack(5)).
enum ErrorMeaning: CaseIterable {
  /// A rule of the server forbids the request.
  case refusal
  /// Another writer moved the reference, or holds its lock.
  case movedReference
  /// The server failed while it processed the request.
  case serverFailure
  /// The server does not have, or does not send, an object.
  case objectNotFound
  /// There is no such repository.
  case repositoryNotFound
  /// These credentials do not allow the request.
  case accessDenied

  /// Parts of messages in lower case; the first row with a match gives the meaning.
  private static let table: [(meaning: ErrorMeaning, phrases: [String])] = [
    // git: receive.fsckObjects, receive.maxInputSize; quotas of forges.
    // First, because "cannot lock ref 'refs/heads/x/y': 'refs/heads/x' exists; cannot create" also
    // matches the next row.
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
        // git: its report on the pack begins with "unpack: ".
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

  /// The meaning of some lines; `nil` if it is not among these.
  init?(_ lines: [String], among meanings: Set<ErrorMeaning> = Set(allCases)) {
    let text = lines.joined(separator: "\n").lowercased()
    if meanings.contains(.objectNotFound), WithheldObject.isReported(in: text) {
      self = .objectNotFound
      return
    }
    let row = Self.table.first { row in
      meanings.contains(row.meaning) && row.phrases.contains { text.contains($0) }
    }
    guard let row else { return nil }
    self = row.meaning
  }
}

extension PushReport {
  /// The likely reason of a refusal.
  ///
  /// It is a guess from text: read the reference again before relying on it.
  package enum Cause: Sendable, Hashable {
    /// The server will refuse the same push again.
    case refusal
    /// A hook ran and refused the push.
    case hook
    /// Another writer moved the reference first, or holds its lock.
    case movedReference
    /// The server failed while it processed the push.
    case serverFailure
  }

  /// The likely reason of a refusal; `nil` for a push that was accepted.
  package var cause: Cause? {
    guard case .refused(let reason) = outcome else { return nil }
    let decline = reason.lowercased()
    if decline.contains("hook declined") {
      // The hooks of GitLab call its own API, and report when that does not answer.
      let isUnanswered = messages.contains { $0.lowercased().contains("internal api") }
      return isUnanswered ? .serverFailure : .hook
    }
    // git's report is short and its messages say more, but a failure is named in the report.
    switch ErrorMeaning([reason] + messages, among: [.refusal, .movedReference]) {
    case .refusal: return .refusal
    case .movedReference: return .movedReference
    default:
      return ErrorMeaning([reason], among: [.serverFailure]) == nil ? .refusal : .serverFailure
    }
  }
}
