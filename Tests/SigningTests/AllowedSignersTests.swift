import Foundation
import Git
import TestSupport
import Testing

@testable import Signing

@Suite("Allowed signers", .timeLimit(.minutes(5)))
struct AllowedSignersTests {
  /// What stands in the file, with `KEY` for the signer's and `OTHER` for another's.
  ///
  /// The commit is of 2026-11-18.
  static let files = [
    "kratix@example.com KEY", "kratix@example.com OTHER", "a@b KEY\nc@d OTHER",
    "# KEY\na@b OTHER", "  kratix@example.com\tKEY", "\"kratix@example.com\" KEY", "a@b KEY\r",
    "*@example.com KEY", "a@b,c@d KEY", "a@b namespaces=\"git\" KEY",
    "a@b namespaces=\"file\" KEY", "a@b namespaces=\"file,git\" KEY", "a@b namespaces=\"g*\" KEY",
    "a@b namespaces=\"*,!git\" KEY", "a@b namespaces=\"g?t\" KEY", "a@b namespaces=\"g?\" KEY",
    "a@b NAMESPACES=\"git\" KEY", "a@b valid-after=\"20200101\" KEY",
    "a@b valid-after=\"20300101Z\" KEY", "a@b valid-before=\"20200101Z\" KEY",
    "a@b valid-before=\"203001011230Z\" KEY",
    "a@b valid-after=\"20261118110640Z\",valid-before=\"20261118110641Z\" KEY",
    "a@b valid-before=\"20261118110639Z\" KEY", "a@b valid-after=\"20261118110641Z\" KEY",
    "a@b valid-after=\"20261118110640Z\" KEY", "a@b valid-before=\"20261118110640Z\" KEY",
    "a@b namespaces=\"git\",valid-before=\"20300101\" KEY",
    "a@b valid-before=\"20200101\" KEY\na@b KEY",
  ]

  @Test("are the ones that git takes for it", arguments: files)
  func oracle(_ file: String) async throws {
    try await Court.with { court in
      let key = try await SSHKeyPair(in: court.directory)
      let other = try await SSHKeyPair(in: court.directory)
      let text = file.replacing("KEY", with: key.publicText.dropLast())
        .replacing("OTHER", with: other.publicText.dropLast())
      let signed = try await key.signer().signed(court.commit, until: soon)
      let verdict = try await court.verdict(on: signed, allowing: text + "\n")
      let signers = TrustedSigners(
        allowed: try AllowedSigners(text, named: "signers"), keyring: nil, x509Program: nil,
        environment: [:])
      let judgement = await signers.judgement(of: signed, until: soon)
      #expect((judgement == .trusted) == verdict.isGood, "\(judgement)\n\(verdict.text)")
    }
  }

  @Test(
    "that cannot be read are refused with the line",
    arguments: [
      ("", "names no signer"), ("# nobody\n", "names no signer"), ("a@b", "line 1: a line is"),
      ("a@b KEY\na@b ssh-ed25519 AAAA", "line 2: there is no public key"),
      ("a@b ssh-dss AAAAB3NzaC1kc3M=", "line 1: there is no public key"),
      ("a@b cert-authority KEY", "line 1: cert-authority: certificates are not judged"),
      ("a@b namespace=\"git\" KEY", "line 1: there is no option \"namespace\""),
      ("a@b valid-after=\"tomorrow\" KEY", "is no time"),
      ("a@b valid-after=\"20260102\",valid-before=\"20260102\" KEY", "is not after"),
      ("a@b valid-after=\"20261318\" KEY", "is no time"),
    ])
  func faults(_ file: String, _ words: String) async throws {
    try await withTemporaryDirectory { directory in
      let key = try await SSHKeyPair(in: directory)
      let error = await failure {
        try AllowedSigners(
          file.replacing("KEY", with: key.publicText.dropLast()), named: "signers")
      }
      #expect(error?.code == .invalidKey)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
      #expect(error?.message.hasPrefix("signers") == true)
    }
  }

  @Test("say why a signature does not count")
  func reasons() async throws {
    try await Court.with { court in
      let key = try await SSHKeyPair(in: court.directory)
      let allowed = try AllowedSigners(key.line(), named: "signers")
      let none = TrustedSigners(allowed: nil, keyring: nil, x509Program: "x", environment: [:])
      let some = TrustedSigners(
        allowed: allowed, keyring: nil, x509Program: nil, environment: [:])
      let signed = try await key.signer().signed(court.commit, until: soon)
      #expect(await some.judgement(of: court.commit, until: soon) == .unsigned)
      #expect(
        await none.judgement(of: signed, until: soon)
          == .untrusted(
            "it is one of SSH, and no allowed signers are given (--allowed-signers)"))
      // A signature of a file, made for another purpose with the same key.
      let file = court.directory.appending(path: "payload")
      try Data(court.commit).write(to: file)
      _ = try await Program.run(
        "ssh-keygen", ["-Y", "sign", "-n", "file", "-f", key.file.path, file.path])
      let signature = Array(try Data(contentsOf: URL(filePath: file.path + ".sig")))
      for (signature, words) in [
        (signature, "another purpose"), (Array("-----BEGIN SSH SIGNATURE-----\n".utf8), "damaged"),
        (Array("-----BEGIN PGP SIGNATURE-----\n".utf8), "no keyring"),
        (Array("-----BEGIN SIGNED MESSAGE-----\n".utf8), "X.509"),
        (Array("rubbish\n".utf8), "of no kind"),
      ] {
        let commit = CommitSignature.commit(court.commit, signedBy: signature)
        guard case .untrusted(let reason) = await some.judgement(of: commit, until: soon) else {
          Issue.record("\(words) is not what was found")
          continue
        }
        #expect(reason.contains(words), "\(reason)")
      }
    }
  }
}
