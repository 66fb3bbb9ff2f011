internal import Git
package import GitTransport

/// Signs commits as git does with `commit.gpgSign`, and verifies each right away.
///
/// It prints nothing of a key but what is public.
package struct CommitSigner: Sendable {
  private enum Method: Sendable {
    case key(SSHSigningKey)
    case agent(SSHAgent, SSHPublicKey)
    case program(ProgramSigner)
  }

  private let method: Method

  /// Reads what names the key, as git's `user.signingKey`: a private key of SSH; the public key of one
  /// that ssh-agent has; `openpgp:ID` or `x509:ID` for one that a program has.
  ///
  /// - Parameters:
  ///   - key: The text.
  ///   - name: What messages call it.
  ///   - program: The program instead of gpg or gpgsm.
  ///   - environment: The variables of this process: PATH, SSH_AUTH_SOCK, and what the program reads.
  /// - Throws: `SigningError`.
  package init(
    _ key: Secret, named name: String, program: String? = nil, environment: [String: String]
  ) throws(SigningError) {
    let text = key.revealed
    if let format = ProgramSigner.Format(prefixOf: text) {
      method = .program(
        ProgramSigner(
          format: format, key: String(text.dropFirst(format.rawValue.count + 1)),
          program: try SignatureProgram(program ?? format.program, environment: environment)))
      return
    }
    guard program == nil else {
      throw SigningError(
        .invalidKey,
        "a program signs with a key that it has, and \(name) is a key of SSH; name the key as "
          + "openpgp:ID or x509:ID, or give no program")
    }
    let line = text.hasPrefix("key::") ? String(text.dropFirst(5)) : text
    if let publicKey = try? SSHPublicKey(line: line) {
      guard let socket = environment["SSH_AUTH_SOCK"], !socket.isEmpty else {
        throw SigningError(
          .invalidKey,
          "\(name) is a public key, whose private key is asked of ssh-agent, and SSH_AUTH_SOCK is "
            + "not set; start one (eval $(ssh-agent) && ssh-add FILE), or give the private key")
      }
      method = .agent(SSHAgent(socket: socket), publicKey)
    } else {
      method = .key(try SSHSigningKey(key, named: name))
    }
  }

  /// Who signs, for people; the same text means the same key.
  package var description: String {
    switch method {
    case .key(let key): "\(key.publicKey.kind) key \(key.publicKey.fingerprint)"
    case .agent(_, let key): "\(key.kind) key \(key.fingerprint) of ssh-agent"
    case .program(let signer):
      "\(signer.format.rawValue) key \(signer.key.isEmpty ? "by default" : signer.key)"
        + " of \(signer.program.name)"
    }
  }

  /// How it signs: `ssh`, `openpgp` or `x509`.
  package var format: String {
    switch method {
    case .key, .agent: "ssh"
    case .program(let signer): signer.format.rawValue
    }
  }

  /// A commit object with a signature that was verified.
  ///
  /// - Parameter commit: The object without a signature.
  /// - Throws: `SigningError`.
  package func signed(
    _ commit: [UInt8], until deadline: ContinuousClock.Instant
  ) async throws(SigningError) -> [UInt8] {
    let signature: [UInt8]
    switch method {
    case .program(let signer):
      signature = try await signer.signature(of: commit, until: deadline)
    case .key(let key):
      guard let value = key.sign(SSHSignature.signedBytes(of: commit)) else {
        throw Self.invalid(key.publicKey)
      }
      signature = Self.armored(value, by: key.publicKey)
    case .agent(let agent, let key):
      let value = try agent.sign(
        SSHSignature.signedBytes(of: commit), with: key, until: deadline)
      signature = Self.armored(value, by: key)
    }
    let signed = CommitSignature.commit(commit, signedBy: signature)
    try requireWhole(signed, of: commit)
    return signed
  }

  private static func armored(_ value: [UInt8], by key: SSHPublicKey) -> [UInt8] {
    SSHSignature(
      publicKey: key, namespace: SSHSignature.namespace, hash: .sha512, value: value
    ).armored
  }

  /// Takes the commit apart again: what was signed has to come out, with a signature that holds.
  private func requireWhole(_ signed: [UInt8], of commit: [UInt8]) throws(SigningError) {
    let parts = CommitSignature(of: signed)
    guard parts.payload == commit, let signature = parts.signature else {
      throw SigningError(
        .failed, "the \(format) signature cannot be a part of a commit; nothing was pushed")
    }
    let publicKey: SSHPublicKey
    switch method {
    // The program has verified it.
    case .program: return
    case .key(let key): publicKey = key.publicKey
    case .agent(_, let key): publicKey = key
    }
    guard let read = try? SSHSignature(armored: signature), read.publicKey == publicKey,
      read.isValid(for: commit)
    else { throw Self.invalid(publicKey) }
  }

  private static func invalid(_ key: SSHPublicKey) -> SigningError {
    SigningError(
      .failed,
      "the signature by the key \(key.fingerprint) does not hold: the private key is not that of "
        + "the public one, or is damaged; make another (ssh-keygen -t ed25519)")
  }
}

extension ProgramSigner.Format {
  /// The format that a text names before a colon.
  fileprivate init?(prefixOf text: String) {
    guard let format = text.firstIndex(of: ":").flatMap({ Self(rawValue: String(text[..<$0])) })
    else { return nil }
    self = format
  }
}
