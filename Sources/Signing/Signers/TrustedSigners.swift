internal import Git
internal import GitTransport

/// Whose signatures count: keys of SSH, a keyring of OpenPGP, a program for X.509.
package struct TrustedSigners: Sendable {
  private let allowed: AllowedSigners?
  private let keyring: Keyring?
  /// Judges X.509 by what it trusts itself.
  private let x509Program: String?
  private let environment: [String: String]

  /// - Parameter environment: The variables of this process, for gpgv and the program.
  package init(
    allowed: AllowedSigners?, keyring: Keyring?, x509Program: String?,
    environment: [String: String]
  ) {
    self.allowed = allowed
    self.keyring = keyring
    self.x509Program = x509Program
    self.environment = environment
  }

  /// Everything that judgements depend on besides the commits and the programs.
  package var basis: [UInt8] {
    Array("\(allowed?.text ?? "")\n\(x509Program ?? "")\n".utf8) + (keyring?.packets ?? [])
  }

  /// Whether a judgement may change with the time at which it is made.
  package var expire: Bool { keyring != nil || x509Program != nil }

  /// What a commit's signature is worth.
  package enum Judgement: Sendable, Hashable {
    case unsigned
    /// Signed by one of them.
    case trusted
    /// Signed otherwise, and why it does not count.
    case untrusted(String)
  }

  /// Judges the bytes of a commit object.
  ///
  /// What cannot be judged, because a program is missing or has no time, is not trusted.
  package func judgement(
    of commit: [UInt8], until deadline: ContinuousClock.Instant
  ) async -> Judgement {
    let parts = CommitSignature(of: commit)
    guard let signature = parts.signature else { return .unsigned }
    do throws(SigningError) {
      return try await judgement(of: signature, of: parts.payload, until: deadline)
    } catch {
      return .untrusted("it cannot be judged: \(error.message)")
    }
  }

  private func judgement(
    of signature: [UInt8], of payload: [UInt8], until deadline: ContinuousClock.Instant
  ) async throws(SigningError) -> Judgement {
    if signature.starts(with: SSHSignature.firstLine.utf8) {
      return sshJudgement(of: signature, of: payload)
    }
    if signature.starts(with: ProgramSigner.Format.x509.firstLine.utf8) {
      guard let x509Program else {
        return .untrusted("it is one of X.509, and no program judges those (--x509-program)")
      }
      let program = try SignatureProgram(x509Program, environment: environment)
      return Self.judgement(
        by: try await program.verify(signature, of: payload, until: deadline))
    }
    guard signature.starts(with: "-----BEGIN PGP ".utf8) else {
      return .untrusted("it is of no kind that is known")
    }
    guard let keyring else {
      return .untrusted("it is one of OpenPGP, and no keyring is given (--keyring)")
    }
    let program = try SignatureProgram("gpgv", environment: environment)
    return try await keyring.withFile { (path: String) async throws(SigningError) -> Judgement in
      Self.judgement(
        by: try await program.verify(
          signature, of: payload, options: ["--keyring", path], verb: [], until: deadline))
    }
  }

  private static func judgement(by ending: SignatureProgram.Ending) -> Judgement {
    let status = ProgramStatus(ending.output)
    return ending.isSuccess && status.goodSigner != nil ? .trusted : .untrusted(status.fault)
  }

  private func sshJudgement(of armored: [UInt8], of payload: [UInt8]) -> Judgement {
    guard let allowed else {
      return .untrusted("it is one of SSH, and no allowed signers are given (--allowed-signers)")
    }
    guard let signature = try? SSHSignature(armored: armored) else {
      return .untrusted("it is damaged, or its key is not one of Ed25519, ECDSA or RSA")
    }
    guard signature.namespace == SSHSignature.namespace else {
      return .untrusted("it was made for another purpose than git")
    }
    guard signature.isValid(for: payload) else {
      return .untrusted("it is not a signature of this commit")
    }
    // Without its time it is not known whether the key was allowed then.
    guard let commit = try? Commit(bytes: payload) else {
      return .untrusted("the commit cannot be read")
    }
    switch allowed.answer(
      for: signature.publicKey, namespace: signature.namespace, at: commit.committer.seconds)
    {
    case .allowed: return .trusted
    case .refused(let reason): return .untrusted(reason)
    }
  }
}
