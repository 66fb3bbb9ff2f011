import Foundation
import Git
import GitTransport
import TestSupport
import Testing

@testable import Signing

@Suite("Programs that sign", .timeLimit(.minutes(5)))
struct ProgramTests {
  private let name = "kratix@example.com"

  private func signers(
    keyring: [UInt8]? = nil, x509Program: String? = nil, _ environment: [String: String]
  ) throws -> TrustedSigners {
    TrustedSigners(
      allowed: nil, keyring: try keyring.map { try Keyring($0, named: "keyring") },
      x509Program: x509Program, environment: environment)
  }

  @Test("gpg signs what git verifies, and a keyring tells its keys from others")
  func openPGP() async throws {
    try await Court.with { court in
      try await GnuPG.with(in: court.directory) { gnuPG in
        try await gnuPG.makeKey(name)
        try await gnuPG.makeKey("other@example.com")
        let signer = try CommitSigner(
          Secret("openpgp:\(name)"), named: "key", environment: gnuPG.environment)
        let signed = try await signer.signed(court.commit, until: soon)
        let verdict = try await court.verdict(on: signed, environment: gnuPG.environment)
        #expect(verdict.isGood && verdict.text.contains("Good signature"), "\(verdict.text)")

        let own = try await gnuPG.export(name)
        let other = try await gnuPG.export("other@example.com")
        let binary = try await gnuPG.run("gpg", ["--export", name]).bytes
        for (keyring, isGood) in [(own, true), (binary, true), (other + own, true), (other, false)]
        {
          let judgement = try await signers(keyring: keyring, gnuPG.environment)
            .judgement(of: signed, until: soon)
          #expect((judgement == .trusted) == isGood, "\(judgement)")
        }
        let trusting = try signers(keyring: own, gnuPG.environment)
        var tampered = signed
        tampered[tampered.count - 2] ^= 1
        #expect(
          await trusting.judgement(of: tampered, until: soon)
            == .untrusted("it is not a signature of this commit"))
        let without = try signers(keyring: own, ["PATH": "/nowhere"])
        guard case .untrusted(let reason) = await without.judgement(of: signed, until: soon) else {
          Issue.record("it was judged without gpgv")
          return
        }
        #expect(reason.contains("gpgv is not installed"), "\(reason)")
      }
    }
  }

  @Test("gpgsm signs what git verifies, and judges by the roots that it trusts")
  func x509() async throws {
    try await Court.with { court in
      try await GnuPG.with(in: court.directory) { gnuPG in
        try await gnuPG.makeCertificate("stranger", isTrusted: false)
        try await gnuPG.makeCertificate("kratix")
        for (name, isTrusted) in [("kratix", true), ("stranger", false)] {
          let signer = try CommitSigner(
            Secret("x509:\(name)"), named: "key", environment: gnuPG.environment)
          let signed: [UInt8]
          do { signed = try await signer.signed(court.commit, until: soon) } catch {
            // gpgsm does not sign with a certificate that it does not trust.
            #expect(!isTrusted, "\(error)")
            continue
          }
          let verdict = try await court.verdict(on: signed, environment: gnuPG.environment)
          #expect(verdict.isGood == isTrusted, "\(verdict.text)")
          let judgement = try await signers(x509Program: "gpgsm", gnuPG.environment)
            .judgement(of: signed, until: soon)
          #expect((judgement == .trusted) == isTrusted, "\(judgement)")
        }
      }
    }
  }

  @Test("a passphrase that nobody enters makes no signature, and is in no message")
  func noPassphrase() async throws {
    try await Court.with { court in
      try await GnuPG.with(entersPassphrase: false, in: court.directory) { gnuPG in
        try await gnuPG.makeKey(name)
        let signer = try CommitSigner(
          Secret("openpgp:\(name)"), named: "key", environment: gnuPG.environment)
        let error = await failure { try await signer.signed(court.commit, until: soon) }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("gpg did not sign") == true, "\(String(describing: error))")
        #expect(error?.programMessages.isEmpty == false)
        #expect(!"\(String(describing: error))".contains(GnuPG.passphrase))
        for key in ["openpgp:nobody@example.com", "openpgp:--version"] {
          let signer = try CommitSigner(
            Secret(key), named: "key", environment: gnuPG.environment)
          let error = await failure { try await signer.signed(court.commit, until: soon) }
          #expect(error?.code == .failed, "\(key)")
        }
      }
    }
  }

  /// Programs that do not do what they should, as shell scripts, and the words that say so.
  static let programs: [(script: String, words: String)] = [
    ("exit 1", "did not sign"), ("exit 0", "did not sign"), ("kill -9 $$", "did not sign"),
    ("cat >/dev/null; echo '[GNUPG:] SIG_CREATED ' >&2", "is no signature"),
    ("echo '[GNUPG:] SIG_CREATED ' >&2; echo rubbish", "is no signature"),
    ("echo '-----BEGIN PGP SIGNATURE-----'", "did not sign"),
    (
      "echo '-----BEGIN PGP SIGNATURE-----'; echo '[GNUPG:] SIG_CREATED ' >&2; exit 3",
      "did not sign"
    ),
    (
      "case \"$*\" in *--verify*) exit 0;; esac; echo '-----BEGIN PGP SIGNATURE-----'"
        + "; echo '[GNUPG:] SIG_CREATED ' >&2", "does not verify its own signature"
    ),
    (
      "case \"$*\" in *--verify*) echo '[GNUPG:] BADSIG 1 x'; exit 1;; esac"
        + "; echo '-----BEGIN PGP SIGNATURE-----'; echo '[GNUPG:] SIG_CREATED ' >&2",
      "it is not a signature of this commit"
    ),
    (
      "case \"$*\" in *--verify*) echo '[GNUPG:] GOODSIG 1 x'; echo '[GNUPG:] GOODSIG 2 y';; esac"
        + "; echo '-----BEGIN PGP SIGNATURE-----'; echo '[GNUPG:] SIG_CREATED ' >&2",
      "does not verify its own signature"
    ),
    ("yes", "did not sign"), ("yes >&2", "has not ended in time"),
  ]

  @Test("that fail or print rubbish make no signature", arguments: programs)
  func rubbish(_ script: String, _ words: String) async throws {
    try await Court.with { court in
      // What never stops is waited for as long as there is time.
      let isEndless = script == "yes >&2"
      let error = try await fault(
        of: script, in: court, until: isEndless ? .now + .milliseconds(500) : soon)
      #expect(error?.code == (isEndless ? .timedOut : .failed))
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
  }

  @Test("that hang are ended, with everything that they have started")
  func hanging() async throws {
    try await Court.with { court in
      let file = court.directory.appending(path: "pid")
      let error = try await fault(
        of: "trap '' TERM; sleep 1000 & echo $! > \(file.path); wait; wait", in: court,
        until: .now + .milliseconds(500))
      #expect(error?.code == .timedOut)
      #expect(error?.message.contains("has not ended in time") == true)
      let text = try String(contentsOf: file, encoding: .utf8)
      let process = try #require(Int32(text.dropLast()))
      try await until { kill(process, 0) != 0 }
    }
  }

  private func fault(
    of script: String, in court: Court, until deadline: ContinuousClock.Instant
  ) async throws -> SigningError? {
    let program = court.directory.appending(path: "signer")
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    let signer = try CommitSigner(
      Secret("openpgp:key"), named: "key", program: program.path,
      environment: ProcessInfo.processInfo.environment)
    return await failure { try await signer.signed(court.commit, until: deadline) }
  }

  @Test("of another's kind, or that are not installed, are refused at once")
  func settings() async throws {
    try await withTemporaryDirectory { directory in
      let key = try await SSHKeyPair(in: directory)
      let own = await failure {
        try CommitSigner(
          Secret(key.privateText), named: "key", program: "gitsign", environment: [:])
      }
      #expect(own?.code == .invalidKey)
      for (text, program) in [("openpgp:a", "gpg"), ("x509:", "gpgsm")] {
        let error = await failure {
          try CommitSigner(Secret(text), named: "key", environment: ["PATH": "/nowhere"])
        }
        #expect(error?.code == .missingProgram)
        #expect(error?.message.contains("(Debian: \(program))") == true)
      }
    }
  }

  @Test(
    "Keyrings that are none are refused",
    arguments: [
      "", "rubbish", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n",
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!!\n-----END PGP PUBLIC KEY BLOCK-----\n",
      "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----\n",
    ])
  func keyrings(_ text: String) async throws {
    let error = await failure { try Keyring(Array(text.utf8), named: "keyring") }
    #expect(error?.message.contains("gpg --armor --export ID") == true)
  }
}
