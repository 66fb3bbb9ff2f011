/// Says why an ssh session failed, from the log of `ssh` and the output of the server.
enum SSHFailure {
  private struct Meaning {
    var signs: [String]
    var code: TransportError.Code
    var message: String

    init(_ signs: [String], _ code: TransportError.Code, _ message: String) {
      self.signs = signs
      self.code = code
      self.message = message
    }
  }

  /// Messages of `ssh` about this machine and the connection.
  private static let ofSSH: [Meaning] = [
    Meaning(
      ["no user exists for uid"], .invalidConfiguration,
      "ssh does not run for a user without an entry in /etc/passwd, and could not be given one here;"
        + " add a line for this uid to /etc/passwd, or use https"),
    Meaning(
      [
        "remote host identification has changed", "host key verification failed",
        "host key is known",
      ],
      .unknownHostKey,
      "the server's host key is not among knownHosts; compare it with what the server's owner says"
        + " and put its line there (ssh-keyscan shows it)"),
    Meaning(
      ["invalid format", "error in libcrypto", "incorrect passphrase", "is not a public key file"],
      .authenticationFailed, "ssh cannot read sshPrivateKey; is it whole?"),
    Meaning(
      ["could not resolve", "connection refused", "timed out", "no route to host", "unreachable"],
      .unreachable, "ssh cannot reach the server"),
    // sshd closes connections over MaxStartups like this.
    Meaning(
      ["connection reset", "kex_exchange_identification", "connection closed by"],
      .connectionClosed, "the server closed the ssh connection"),
    Meaning(
      [
        "permission denied (", "too many authentication failures", "no more authentication methods",
      ],
      .authenticationFailed, "the server does not accept this ssh key for this user"),
  ]

  /// Messages of the server, or of a shell there.
  private static let ofServer: [Meaning] = [
    Meaning(
      ["command not found"], .unsupported, "the server does not know Git's commands"),
    Meaning(
      [
        "does not appear to be a git repository", "not a git repository", "not found", "not exist",
        "no such file",
      ],
      .repositoryNotFound, "there is no such repository, or this key may not see it"),
    Meaning(
      ["denied", "read only", "read-only", "not allowed", "not authorized", "forbidden"],
      .authenticationFailed, "this ssh key does not allow that"),
  ]

  /// Says why a session ended early.
  ///
  /// - Parameters:
  ///   - status: 255 if `ssh` failed, else the status of the program on the server (ssh(1)); `nil`
  ///     if a signal ended `ssh`.
  ///   - output: The lines on standard error, which come from the server.
  ///   - log: The lines that `ssh` itself has logged.
  static func explain(
    _ status: Int32?, output: [String], log: [String], _ endpoint: Endpoint
  ) -> TransportError {
    // ssh writes these before it opens its log.
    let isOfThisMachine = { (line: String) in
      line.hasPrefix("No user exists for uid") || line.hasPrefix("ERROR: ld.so:")
    }
    let log = output.filter(isOfThisMachine) + log
    let output = output.filter { !isOfThisMachine($0) }
    if WithheldObject.isReported(in: output.joined(separator: "\n").lowercased()) {
      return endpoint.error(
        .objectNotFound, WithheldObject.message, serverMessages: output)
    }
    let meaning =
      if status == 127 {
        ofServer.first
      } else if status == 255 {
        meaning(of: log, among: ofSSH) ?? meaning(of: output, among: ofServer)
      } else {
        meaning(of: output, among: ofServer) ?? meaning(of: log, among: ofSSH)
      }
    let message = meaning?.message ?? "the ssh connection ended before the server's answer did"
    // The last lines give the reason; those before them are a frame of warnings.
    let said = log.isEmpty ? "" : " (ssh: \(log.suffix(3).joined(separator: " / ")))"
    return endpoint.error(
      meaning?.code ?? .connectionClosed, message + said, serverMessages: output)
  }

  private static func meaning(of lines: [String], among meanings: [Meaning]) -> Meaning? {
    let said = lines.joined(separator: "\n").lowercased()
    return meanings.first { $0.signs.contains(where: said.contains) }
  }
}
