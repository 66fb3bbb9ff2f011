import Foundation
import Git
import GitTransport
import TestSupport
import Testing

@testable import Signing

@Suite("Keys of SSH", .timeLimit(.minutes(5)))
struct SSHKeyTests {
  @Test("sign commits that git verifies, whatever form ssh-keygen wrote them in")
  func kinds() async throws {
    try await Court.with { court in
      for kind in SSHKeyPair.kinds {
        let key = try await SSHKeyPair(kind, in: court.directory)
        let signer = try key.signer()
        let signed = try await signer.signed(court.commit, until: soon)
        let verdict = try await court.verdict(on: signed, allowing: key.line())
        #expect(verdict.isGood, "\(kind): \(verdict.text)")
        #expect(verdict.text.contains("Good \"git\" signature for kratix@example.com"), "\(kind)")
        let fingerprint = try await Program.run("ssh-keygen", ["-l", "-f", key.file.path]).text
        #expect(fingerprint.contains(signer.description.split(separator: " ")[2]), "\(kind)")
        #expect(CommitSignature(of: signed).payload == court.commit)
        #expect(try Commit(bytes: signed) == Commit(bytes: court.commit))
      }
    }
  }

  @Test("are read as git has signed with them, by the same judgement")
  func signedByGit() async throws {
    try await Court.with { court in
      for kind in SSHKeyPair.kinds {
        let key = try await SSHKeyPair(kind, in: court.directory)
        let id = try await court.git.output(
          [
            "-c", "gpg.format=ssh", "-c", "user.signingKey=\(key.file.path)", "commit-tree", "-S",
            "-m", "By git", "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
          ], in: court.repository.directory
        ).text
        let commit = try await court.git.output(
          ["cat-file", "commit", id], in: court.repository.directory
        ).bytes
        let signers = TrustedSigners(
          allowed: try AllowedSigners(key.line(), named: "signers"), keyring: nil,
          x509Program: nil, environment: [:])
        #expect(await signers.judgement(of: commit, until: soon) == .trusted, "\(kind)")
        for index in stride(from: 0, to: commit.count, by: 7) {
          var tampered = commit
          tampered[index] ^= 1
          // Base64 has bits that mean nothing, at its end.
          let isSame = CommitSignature(of: tampered).payload == CommitSignature(of: commit).payload
          let isTrusted = await signers.judgement(of: tampered, until: soon) == .trusted
          #expect(!isTrusted || isSame, "\(kind), \(index)")
        }
      }
    }
  }

  @Test("that cannot sign are refused by a sentence that shows nothing of them")
  func hostile() async throws {
    try await withTemporaryDirectory { directory in
      let key = try await SSHKeyPair(in: directory)
      let rsa = try await SSHKeyPair(["-t", "rsa", "-b", "2048", "-m", "PEM"], in: directory)
      let locked = try await SSHKeyPair(passphrase: "hunter2-of-the-tests", in: directory)
      let other = try await Program.run(
        "openssl", ["genpkey", "-algorithm", "ed448"], in: directory
      ).text
      let lines = key.privateText.split(separator: "\n", omittingEmptySubsequences: false)
      let shorter = (lines.prefix(2) + lines.suffix(2)).joined(separator: "\n")
      let rsaLines = rsa.privateText.split(separator: "\n", omittingEmptySubsequences: false)
      let rsaShorter = (rsaLines.prefix(5) + rsaLines.suffix(3)).joined(separator: "\n")
      for (text, words) in [
        ("", "is empty"), (" \n\n", "is empty"), (String(key.privateText.prefix(150)), "cut off"),
        (locked.privateText, "has a passphrase"), (shorter, "is damaged"),
        (rsaShorter, "is damaged"), (other, "of a kind that cannot sign here"),
        ("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", "no private key"),
        (key.publicText, "SSH_AUTH_SOCK is not set"), ("ssh-ed25519 AAAA", "public key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n!!!\n-----END OPENSSH PRIVATE KEY-----", "damaged"),
      ] {
        let error = await failure {
          try CommitSigner(Secret(text), named: "the key", environment: [:])
        }
        #expect(error?.code == .invalidKey, "\(words)")
        #expect(error?.message.contains(words) == true, "\(words): \(error?.message ?? "")")
        #expect(!SSHKeyPair.isShown(text, in: error?.message ?? ""), "\(words)")
      }
    }
  }

  @Test("with any byte changed sign nothing, or the commit as before, and never crash")
  func mutations() async throws {
    try await Court.with { court in
      for kind in [["-t", "ed25519"], ["-t", "ecdsa"], ["-t", "rsa", "-b", "2048"]] {
        let key = try await SSHKeyPair(kind, in: court.directory)
        let lines = key.privateText.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        let body = try #require(Data(base64Encoded: lines.joined()))
        for index in stride(from: 0, to: body.count, by: kind.count > 2 ? 23 : 3) {
          var changed = body
          changed[index] ^= 0x11
          let text =
            "-----BEGIN OPENSSH PRIVATE KEY-----\n\(changed.base64EncodedString())\n"
            + "-----END OPENSSH PRIVATE KEY-----\n"
          guard
            let signer = try? CommitSigner(Secret(text), named: "the key", environment: [:]),
            let signed = try? await signer.signed(court.commit, until: soon)
          else { continue }
          let read = try SSHSignature(armored: CommitSignature(of: signed).signature ?? [])
          #expect(read.isValid(for: court.commit), "\(kind), \(index)")
        }
      }
    }
  }

  @Test("print nothing of themselves")
  func dumps() async throws {
    try await withTemporaryDirectory { directory in
      for kind in [["-t", "ed25519"], ["-t", "ecdsa"], ["-t", "rsa", "-m", "PEM"]] {
        let key = try await SSHKeyPair(kind, in: directory)
        let signer = try key.signer()
        var text = "\(signer) \(String(reflecting: signer)) \(signer.description)"
        dump(signer, to: &text)
        #expect(!key.isShown(in: text), "\(text)")
        // Nor as numbers.
        #expect(!text.contains("seed") && !text.contains("scalar"), "\(text)")
        #expect(text.contains("(redacted)"), "\(text)")
      }
    }
  }
}
