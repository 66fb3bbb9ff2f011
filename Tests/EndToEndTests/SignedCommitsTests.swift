import Foundation
import Manifests
import TestSupport
import Testing

@Suite("Signed commits", .timeLimit(.minutes(5)))
struct SignedCommitsTests {
  /// Lets the repository refuse commits that are not signed by one of the signers.
  private func requireSignatures(by key: SSHKeyPair, on site: Site) throws {
    let signers = try site.directory.write(key.line(), to: "signers")
    let hook = site.repository.appending(path: "hooks/pre-receive")
    let script = """
      #!/bin/sh
      while read -r old new ref; do
        case "$new" in 0000*) continue ;; esac
        for commit in $(git rev-list "$new" --not --all); do
          git -c gpg.ssh.allowedSignersFile='\(signers.path)' verify-commit "$commit" 2>/dev/null || {
            echo "$commit is not signed" >&2
            exit 1
          }
        done
      done

      """
    try Data(script.utf8).write(to: hook)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
  }

  private func signers(_ site: Site) -> String { site.directory.appending(path: "signers").path }

  @Test(
    "land where a hook refuses all others: a postgresql request from write to landed",
    arguments: [RemoteKind.path, .https])
  func hook(on kind: RemoteKind) async throws {
    try await withSite(on: kind) { site in
      let key = try await SSHKeyPair(in: site.directory)
      try requireSignatures(by: key, on: site)
      let refused = try await site.run("write", Rendering.small.flags, expecting: 1)
      #expect(refused.errors.contains("is not signed"), "\(refused)")

      let flags = ["-vv", "--sign", key.file.path]
      let landed = try await site.run("write", Rendering.small.flags + flags)
      #expect(landed.output.hasPrefix("landed  "), "\(landed)")
      let log = try await site.git.output(
        [
          "-c", "gpg.ssh.allowedSignersFile=\(signers(site))", "log", "-1", "--show-signature",
          "main",
        ], in: site.repository
      ).text
      #expect(log.contains("Good \"git\" signature for kratix@example.com"), "\(log)")

      let verified = try await site.run(
        "verify", ["--all", "--allowed-signers", signers(site), "--rule", "plaintext-secret=off"])
      #expect(verified.output.contains("1 of 1 landed"), "\(verified)")
      let removed = try await site.run(
        "remove", Rendering.small.wholeRequest,
        environment: ["STATESTORE_SIGN": key.file.path])
      #expect(removed.output.hasPrefix("removed  "), "\(removed)")
      for ending in [refused, landed, verified, removed] {
        #expect(!key.isShown(in: ending.everything), "\(ending)")
      }
    }
  }

  @Test("are made by init, and doctor signs what it pushes")
  func initialize() async throws {
    try await withSite { site in
      let key = try await SSHKeyPair(in: site.directory)
      let other = try await SSHKeyPair(["-t", "ecdsa"], in: site.directory)
      try requireSignatures(by: key, on: site)
      // A commit that is there already would not be looked at.
      try await site.git("update-ref", "-d", "refs/heads/main")
      try await site.run("init", expecting: 1)
      try await site.run("init", ["--sign", key.file.path])
      let verdicts = try await site.git.output(
        ["-c", "gpg.ssh.allowedSignersFile=\(signers(site))", "log", "--format=%G?", "main"],
        in: site.repository
      ).text
      #expect(Set(verdicts.split(separator: "\n")) == ["G"], "\(verdicts)")

      let ready = try await site.run("doctor", ["--sign", key.file.path])
      #expect(
        ready.output.contains("✔ signing: a commit was signed with the ssh-ed25519 key SHA256:"))
      #expect(ready.output.contains("✔ push: refs/statestore/doctor-"), "\(ready)")
      let foreign = try await site.run("doctor", ["--sign", other.file.path], expecting: 1)
      #expect(foreign.output.contains("is not signed"), "\(foreign)")
      try FileManager.default.removeItem(at: other.file)
      try Data("rubbish".utf8).write(to: other.file)
      let broken = try await site.run("doctor", ["--sign", other.file.path], expecting: 1)
      #expect(broken.output.contains("✗ signing: \(other.file.path) is no private key"))
      #expect(broken.output.contains("- push: not checked, see signing"), "\(broken)")
    }
  }

  @Test("are judged by verify, for the commits that last changed what is there")
  func verify() async throws {
    try await withSite { site in
      let key = try await SSHKeyPair(in: site.directory)
      let other = try await SSHKeyPair(in: site.directory)
      try site.directory.write(key.line(), to: "signers")
      let flags = ["--sign", key.file.path]
      try await site.run("write", Rendering.small.flags + flags)
      let off = ["plaintext-secret", "foreign-commit", "modified-file"]
      let check = ["--all"] + off.flatMap { ["--rule", "\($0)=off"] }
      let judged = check + ["--allowed-signers", signers(site)]
      try await site.run("verify", judged)

      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      let text = try Fixture.text("postgresql/rendered/small/postgresql-instance.yaml")
      try await site.commitAsSomebody([file: text + "# by hand\n"])
      // Without signers nothing is judged.
      try await site.run("verify", check)
      let unsigned = try await site.run("verify", judged, expecting: 1)
      #expect(unsigned.output.contains("error unsigned-commit"), "\(unsigned)")
      #expect(unsigned.output.contains("one by Somebody without a signature"), "\(unsigned)")
      // The name that stands for files that are not committed excuses nobody.
      try await site.commitAsSomebody([file: text + "# again\n"], author: "not committed")
      let disguised = try await site.run("verify", judged, expecting: 1)
      #expect(disguised.output.contains("error unsigned-commit"), "\(disguised)")
      let ignored = try await site.run("verify", judged + ["--rule", "unsigned-commit=off"])
      #expect(!ignored.output.contains("unsigned-commit"), "\(ignored)")

      try await site.run("write", Rendering.small.flags + ["--sign", other.file.path])
      let untrusted = try await site.run("verify", judged, expecting: 1)
      #expect(untrusted.output.contains("error untrusted-signature"), "\(untrusted)")
      #expect(untrusted.output.contains("its key is none of the allowed signers'"), "\(untrusted)")
      let json = try await site.run("verify", judged + ["-o", "json"], expecting: 1)
      #expect(
        try json.document().value(at: "/resources/0/findings/0/rule")?.string
          == "untrusted-signature", "\(json)")
      // With both keys all is well again.
      try site.directory.write(key.line() + other.line(), to: "signers")
      try await site.run("verify", judged)

      // A signed commit that somebody has rewritten keeps its signature, and it does not hold.
      let commit = try await site.git.output(
        ["cat-file", "commit", "main"], in: site.repository
      ).text
      let forged = try await site.git.output(
        ["hash-object", "-t", "commit", "-w", "--stdin"], in: site.repository,
        input: Array(commit.replacing("Update from:", with: "Create from:").utf8)
      ).text
      try await site.git("update-ref", "refs/heads/main", forged)
      let tampered = try await site.run("verify", judged, expecting: 1)
      #expect(tampered.output.contains("it is not a signature of this commit"), "\(tampered)")
    }
  }

  @Test("remembers nothing of signers that were changed")
  func remembered() async throws {
    try await withSite { site in
      let key = try await SSHKeyPair(in: site.directory)
      let other = try await SSHKeyPair(in: site.directory)
      try site.directory.write(key.line(), to: "signers")
      try await site.run("write", Rendering.small.flags + ["--sign", key.file.path])
      let arguments = [
        "--all", "--rule", "plaintext-secret=off", "--allowed-signers", signers(site), "--state",
        site.directory.appending(path: "state").path,
      ]
      for _ in 0..<2 { try await site.run("verify", arguments) }
      try site.directory.write(other.line(), to: "signers")
      for _ in 0..<2 {
        let ending = try await site.run("verify", arguments, expecting: 1)
        #expect(ending.output.contains("untrusted-signature"), "\(ending)")
      }
    }
  }

  @Test("by a key in the GitStateStore's Secret, with whose signatures count beside it")
  func secret() async throws {
    try await withSite { site in
      let key = try await SSHKeyPair(["-t", "rsa", "-b", "2048"], in: site.directory)
      try requireSignatures(by: key, on: site)
      let configuration = try site.configuration()
      let lines = key.privateText.split(separator: "\n").map { "    \($0)\n" }.joined()
      let secret = URL(filePath: configuration).appending(path: "secret.yaml")
      let text = try String(contentsOf: secret, encoding: .utf8)
      try Data(
        (text
          + "stringData:\n  signingKey: |\n\(lines)  allowedSigners: '\(key.line().dropLast())'\n")
          .utf8
      ).write(to: secret)
      let config = ["-vv", "--config", configuration]
      let landed = try await site.runConfigured("write", config + Rendering.small.flags)
      let check = config + ["--all", "--rule", "plaintext-secret=off"]
      let verified = try await site.runConfigured("verify", check)
      try await site.runConfigured("doctor", config)

      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      let hook = site.repository.appending(path: "hooks/pre-receive")
      try FileManager.default.removeItem(at: hook)
      try await site.commitAsSomebody([
        file: Fixture.text("postgresql/rendered/small/postgresql-instance.yaml") + "# by hand\n"
      ])
      let unsigned = try await site.runConfigured("verify", check, expecting: 1)
      #expect(unsigned.output.contains("unsigned-commit"), "\(unsigned)")
      for ending in [landed, verified, unsigned] {
        #expect(!key.isShown(in: ending.everything), "\(ending)")
      }
    }
  }

  @Test("are made by the service, which counts them and judges as verify does")
  func service() async throws {
    try await withSite { site in
      let key = try await SSHKeyPair(in: site.directory)
      try requireSignatures(by: key, on: site)
      let configuration = try site.configuration()
      let ending = try await site.serving(
        configuration: configuration,
        ["-vv", "--sign", key.file.path, "--allowed-signers", signers(site)]
      ) { serving in
        let server = try site.through(serving)
        let landed = try await site.statestore.run(["write"] + server + Rendering.small.flags)
        #expect(landed.status == 0, "\(landed)")
        let metrics = try await serving.request("GET", "/metrics").text
        #expect(
          metrics.contains("statestore_signed_commits_total{store=\"default\",format=\"ssh\"} "),
          "\(metrics)")
        #expect(metrics.contains("statestore_signing_duration_seconds_count{store=\"default\""))
        #expect(!key.isShown(in: metrics))
        let check = server + ["--all", "--rule", "plaintext-secret=off"]
        let good = try await site.statestore.run(["verify"] + check)
        #expect(good.status == 0, "\(good)")
        let own = try await site.statestore.run(
          ["write", "--sign", key.file.path] + server + Rendering.small.flags)
        #expect(own.status == 2 && own.errors.contains("the service makes the commits"), "\(own)")
        let signers = try await site.statestore.run(
          ["verify", "--allowed-signers", signers(site)] + check)
        #expect(signers.status == 2, "\(signers)")
      }
      #expect(!key.isShown(in: ending.everything), "\(ending)")
    }
  }

  @Test("with a key that cannot sign are a mistake that is named, and nothing lands")
  func mistakes() async throws {
    try await withSite { site in
      let key = try await SSHKeyPair(in: site.directory)
      let locked = try await SSHKeyPair(
        passphrase: "hunter2-of-the-tests", in: site.directory)
      let cut = try site.directory.write(String(key.privateText.prefix(180)), to: "cut")
      let empty = try site.directory.write("", to: "empty")
      let tip = try await site.tip()
      for (sign, words) in [
        (["--sign", "/nowhere/key"], "/nowhere/key"),
        (["--sign", locked.file.path], "has a passphrase"), (["--sign", cut.path], "is cut off"),
        (["--sign", empty.path], "is empty"),
        (["--sign", key.file.path + ".pub"], "SSH_AUTH_SOCK is not set"),
        (["--sign", "openpgp:a", "--sign-program", "no-such-gpg"], "no-such-gpg is not installed"),
        (["--sign-program", "gpg"], "--sign openpgp:ID"),
      ] {
        let ending = try await site.run("write", Rendering.small.flags + sign, expecting: 2)
        #expect(ending.errors.contains(words), "\(words): \(ending)")
        #expect(!key.isShown(in: ending.everything) && !locked.isShown(in: ending.everything))
      }
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o644], ofItemAtPath: key.file.path)
      let exposed = try await site.run(
        "write", Rendering.small.flags + ["--dry-run", "--sign", key.file.path])
      #expect(exposed.errors.contains("chmod o-r"), "\(exposed)")
      for (flags, words) in [
        (["--allowed-signers", "/nowhere/signers"], "/nowhere/signers"),
        (["--allowed-signers", empty.path], "names no signer"),
        (["--keyring", empty.path], "is no keyring"),
      ] {
        let ending = try await site.run("verify", ["--all"] + flags, expecting: 2)
        #expect(ending.errors.contains(words), "\(words): \(ending)")
      }
      #expect(try await site.tip() == tip)
    }
  }

  @Test("by gpg land with a key that has a passphrase, and verify knows them by the keyring")
  func openPGP() async throws {
    try await withSite { site in
      try await GnuPG.with(in: site.directory) { gnuPG in
        try await gnuPG.makeKey("kratix@example.com")
        let keyring = site.directory.appending(path: "keyring.asc")
        try Data(try await gnuPG.export("kratix@example.com")).write(to: keyring)
        let home = ["GNUPGHOME": gnuPG.environment["GNUPGHOME"] ?? ""]
        let landed = try await site.run(
          "write", Rendering.small.flags + ["-vv", "--sign", "openpgp:kratix@example.com"],
          environment: home)
        #expect(!landed.everything.contains(GnuPG.passphrase))
        let commit = try await site.git.output(
          ["cat-file", "commit", "main"], in: site.repository
        ).text
        #expect(commit.contains("gpgsig -----BEGIN PGP SIGNATURE-----"))
        // The judgement needs the keyring alone.
        try await site.run(
          "verify",
          ["--all", "--rule", "plaintext-secret=off", "--keyring", keyring.path])

        let tip = try await site.tip()
        let failed = try await site.run(
          "write",
          Rendering.small.flags + ["--sign", "openpgp:nobody@example.com", "--name", "another"],
          environment: home, expecting: 3)
        #expect(failed.errors.contains("signing-failed"), "\(failed)")
        #expect(failed.errors.contains("nothing was pushed"), "\(failed)")
        #expect(try await site.tip() == tip)
      }
    }
  }
}
