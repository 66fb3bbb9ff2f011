internal import GitTransport

/// Signs with a key that a program has: OpenPGP by gpg, X.509 by gpgsm or gitsign.
struct ProgramSigner: Sendable {
  /// What a signature looks like.
  enum Format: String, Sendable {
    case openPGP = "openpgp"
    case x509

    var program: String {
      switch self {
      case .openPGP: "gpg"
      case .x509: "gpgsm"
      }
    }

    /// The first line of a signature (git's `gpg-interface.c`).
    var firstLine: String {
      switch self {
      case .openPGP: "-----BEGIN PGP SIGNATURE-----"
      case .x509: "-----BEGIN SIGNED MESSAGE-----"
      }
    }
  }

  let format: Format
  /// As the program knows it; empty for its own choice.
  let key: String
  let program: SignatureProgram

  /// - Throws: `SigningError`.
  func signature(
    of payload: [UInt8], until deadline: ContinuousClock.Instant
  ) async throws(SigningError) -> [UInt8] {
    let ending = try await program.run(
      ["--status-fd=2"] + (key.isEmpty ? ["-bsa"] : ["-bsau", key]), input: payload,
      until: deadline)
    guard ending.isSuccess, ProgramStatus(ending.errors).has("SIG_CREATED") else {
      throw failure("did not sign", ending.errors)
    }
    guard ending.output.starts(with: format.firstLine.utf8) else {
      throw failure("printed something that is no signature of \(format.rawValue)", ending.errors)
    }
    let signature = ending.output.filter { $0 != UInt8(ascii: "\r") }
    try await requireGood(signature, of: payload, until: deadline)
    return signature
  }

  private func requireGood(
    _ signature: [UInt8], of payload: [UInt8], until deadline: ContinuousClock.Instant
  ) async throws(SigningError) {
    let ending = try await program.verify(signature, of: payload, until: deadline)
    let status = ProgramStatus(ending.output)
    guard status.goodSigner != nil else {
      throw failure("does not verify its own signature: \(status.fault)", ending.errors)
    }
  }

  private func failure(_ what: String, _ output: [UInt8]) -> SigningError {
    let lines = SanitizedText.lines(output).filter { !$0.hasPrefix("[GNUPG:]") }
    return SigningError(
      .failed,
      "\(program.name) \(what); try it: echo | \(program.name) -bsa"
        + (key.isEmpty ? "" : "u \(SanitizedText.clean(key))"),
      programMessages: lines)
  }
}

extension SignatureProgram {
  /// Has the program verify a signature; its verdict is on standard output.
  ///
  /// - Parameter options: What comes before `--verify`.
  func verify(
    _ signature: [UInt8], of payload: [UInt8], options: [String] = [],
    verb: [String] = ["--verify"], until deadline: ContinuousClock.Instant
  ) async throws(SigningError) -> Ending {
    let file: PrivateFile
    do { file = try PrivateFile(signature) } catch {
      throw SigningError(.failed, "a file in memory could not be made for \(name): \(error)")
    }
    defer { withExtendedLifetime(file) {} }
    return try await run(
      options + ["--status-fd=1"] + verb + [file.path, "-"], input: payload, until: deadline)
  }
}
