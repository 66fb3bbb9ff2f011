import Subprocess

/// What the words of `ssh`, or of a server behind it, mean.
enum SecureShellFailure {
  private static let meanings: [(signs: [String], code: TransportError.Code, message: String)] = [
    (
      [
        "remote host identification has changed", "host key verification failed",
        "host key is known",
      ],
      .unknownHostKey,
      "the server's host key is not among knownHosts; compare it with what the server's owner says"
        + " and put its line there (ssh-keyscan shows it)"
    ),
    (
      ["invalid format", "error in libcrypto", "incorrect passphrase", "is not a public key file"],
      .authenticationFailed,
      "ssh cannot read sshPrivateKey; it must be a private key without passphrase, with its line ends"
    ),
    (
      ["could not resolve", "connection refused", "timed out", "no route to host", "unreachable"],
      .unreachable, "ssh cannot reach the server"
    ),
    (
      // sshd closes connections over MaxStartups like this.
      ["connection reset", "kex_exchange_identification", "connection closed by"],
      .connectionClosed, "the server closed the ssh connection"
    ),
    (
      [
        "permission denied (", "too many authentication failures", "no more authentication methods",
      ],
      .authenticationFailed, "the server does not accept this ssh key for this user"
    ),
    (
      [
        "does not appear to be a git repository", "not a git repository", "not found", "not exist",
        "no such file",
      ],
      .repositoryNotFound, "there is no such repository, or this key may not see it"
    ),
    (
      ["not our ref"], .objectNotFound,
      "the server does not have, or does not hand out, an object that was asked for"
    ),
    (
      ["denied", "read only", "read-only", "not allowed", "not authorized", "forbidden"],
      .authenticationFailed, "this ssh key does not allow that"
    ),
  ]

  static func explain(
    _ status: TerminationStatus, words: [String], remote: RemoteURL
  ) -> TransportError {
    let said = words.joined(separator: "\n").lowercased()
    let isMissing = status == .exited(127) || said.contains("command not found")
    let meaning =
      isMissing
      ? (signs: [], code: .unsupported, message: "the server does not know Git's commands")
      : meanings.first { $0.signs.contains(where: said.contains) }
    return TransportError(
      code: meaning?.code ?? .connectionClosed,
      message: meaning?.message ?? "the ssh connection ended before the server's answer did",
      remote: remote.description, serverMessages: words)
  }
}
