import Foundation
import Git
import GitTransport
import TestSupport

@testable import Signing

extension SSHKeyPair {
  /// The kinds that sign, in each form that ssh-keygen writes.
  static let kinds: [[String]] =
    [["-t", "ed25519"], ["-t", "rsa", "-b", "2048"], ["-t", "rsa", "-b", "3072", "-m", "PEM"]]
    + ["256", "384", "521"].flatMap { bits in
      [[], ["-m", "PEM"], ["-m", "PKCS8"]].map { ["-t", "ecdsa", "-b", bits] + $0 }
    }

  /// What signs with it in this process.
  func signer() throws -> CommitSigner {
    try CommitSigner(Secret(privateText), named: "the key", environment: [:])
  }
}

/// A repository, and git as the judge of the commits in it.
struct Court: Sendable {
  let directory: URL
  let git: GitOracle
  let repository: BareRepository

  /// The bytes of a commit that is not signed yet.
  let commit: [UInt8]

  static func with(_ body: (Court) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let id = try await repository.commit(["a.txt": "a\n"], message: "Update\n\nA: b\n")
      let commit = try await git.output(
        ["cat-file", "commit", id.hexadecimal], in: repository.directory
      ).bytes
      try await body(
        Court(directory: directory, git: git, repository: repository, commit: commit))
    }
  }

  /// Stores a commit, and asks git whether it is signed by one of the signers.
  ///
  /// - Returns: What `git verify-commit` prints, and whether it is content.
  func verdict(
    on commit: [UInt8], allowing signers: String = "", settings: [String] = [],
    environment: [String: String] = [:]
  ) async throws -> (isGood: Bool, text: String) {
    let id = try await git.output(
      ["hash-object", "-t", "commit", "-w", "--stdin"], in: repository.directory, input: commit
    ).text
    let file = directory.appending(path: "signers-\(UUID().uuidString)")
    try Data(signers.utf8).write(to: file)
    let output = try await Program.run(
      "git",
      ["-c", "gpg.ssh.allowedSignersFile=\(file.path)"] + settings.flatMap { ["-c", $0] }
        + ["verify-commit", id], in: repository.directory,
      environment: git.environment.merging(environment) { $1 })
    return (output.isSuccess, output.text + output.errors)
  }
}

/// Far enough away for a slow machine.
var soon: ContinuousClock.Instant { .now + .seconds(100) }

/// The signing error that a body throws, or `nil`.
func failure<Value>(of body: () async throws -> Value) async -> SigningError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? SigningError
  }
}
