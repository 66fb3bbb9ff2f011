internal import Manifests

/// What Kratix's message about a failed write says, in the words of git, go-git, ssh and the forges.
struct WriteFailure {
  let fault: Fault
  let basis: Diagnosis.Basis

  init(message: String) {
    let message = message.lowercased()
    let known = Self.words.first { _, words in words.contains { message.includes($0) } }
    fault = known?.fault ?? .pushRejected
    basis = known == nil ? .possible : .certain
  }

  /// The first line that has words of the message counts: a forge that refuses an account also says
  /// that the push failed.
  private static let words: [(fault: Fault, words: [String])] = [
    (.ignoredPath, [".gitignore", "are ignored by"]),
    (
      .credentialsRefused,
      [
        "authentication required", "authentication failed", "authorization failed",
        "unable to authenticate", "invalid auth method", "invalid username", "access denied",
        "could not read username", "could not read password", "permission denied (publickey",
        "host key verification failed", "knownhosts:", "returned error: 401", "returned error: 403",
        "write access to repository not granted", ".git denied to", "permission to ",
      ]
    ),
    (
      .remoteUnreadable,
      [
        "connection refused", "connection reset", "connection timed out", "no such host",
        "could not resolve host", "i/o timeout", "tls handshake timeout", "x509:",
        "certificate verify failed", "network is unreachable", "no route to host",
        "context deadline exceeded", "returned error: 502", "returned error: 503",
      ]
    ),
    (
      .storeNotReady,
      [
        "repository not found", "reference not found", "couldn't find remote ref",
        "does not appear to be a git repository", "remote repository is empty",
      ]
    ),
    (
      .pushRejected,
      [
        "pre-receive", "hook declined", "protected branch", "remote rejected", "gh006", "gh013",
        "non-fast-forward", "fetch first", "quota", "command error on refs",
      ]
    ),
  ]
}
