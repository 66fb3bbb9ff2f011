import Foundation
import Git
import GitTransport
import Kratix
import Signing
import Synchronization
import TestSupport
import Testing

@testable import Landing

@Suite("Signed commits", .timeLimit(.minutes(4)))
struct SignedCommitTests {
  /// What becomes of the newest commits by the judgement of git: G for a good signature.
  private func verdicts(_ site: Site, _ key: SSHKeyPair) async throws -> [String] {
    let file = site.directory.appending(path: "signers").path
    try Data(key.line().utf8).write(to: URL(filePath: file))
    return try await site.git.output(
      ["-c", "gpg.ssh.allowedSignersFile=\(file)", "log", "--format=%G?", "main"],
      in: site.repository.directory
    ).text.split(separator: "\n").map(String.init)
  }

  private func signer(_ key: SSHKeyPair) throws -> CommitSigner {
    try CommitSigner(Secret(key.privateText), named: "key", environment: [:])
  }

  @Test("of one push are signed each on the signed one before it, and the receipts name them")
  func batch() async throws {
    try await withSite { site in
      let key = try await SSHKeyPair(in: site.directory)
      let pushes = Mutex<[PushObservation]>([])
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
        signer: try signer(key), observer: { push in pushes.withLock { $0.append(push) } })
      let count = 12
      let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
        for number in 0..<count {
          group.addTask { try await store.land("r\(number)", ["a.yaml": "\(number)"], options) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let commits = try await site.git("log", "--format=%H", "main", in: site.repository.directory)
      for receipt in receipts {
        let own = receipt.placements.compactMap(\.commit)
        #expect(own.count == 1 && own.allSatisfy { commits.contains($0.hexadecimal) })
      }
      #expect(
        try await verdicts(site, key) == Array(repeating: "G", count: count) + ["N"])
      let signings = pushes.withLock { $0.compactMap(\.signing) }
      #expect(signings.reduce(0) { $0 + $1.commits } == count)
      #expect(signings.count < count)
      #expect(signings.allSatisfy { $0.format == "ssh" && $0.duration > .zero })
      // What is there already needs no signature.
      let again = try await store.land("r1", ["a.yaml": "1"], options)
      #expect(again.outcome == .unchanged)
    }
  }

  @Test("are made again on the commits of others that came first")
  func moving() async throws {
    try await withSite { site in
      let key = try await SSHKeyPair(in: site.directory)
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
        signer: try signer(key))
      let other = try site.anotherStore()
      for number in 0..<3 {
        _ = try await store.land("ours", ["a.yaml": "\(number)"], options)
        _ = try await other.land("theirs", ["a.yaml": "\(number)"], options)
      }
      #expect(try await verdicts(site, key) == ["N", "G", "N", "G", "N", "G", "N"])
    }
  }

  @Test("begin a new branch too")
  func newBranch() async throws {
    try await withSite(nil) { site in
      let key = try await SSHKeyPair(in: site.directory)
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
        signer: try signer(key))
      var options = options
      options.createsBranch = true
      _ = try await store.land(options: options) { _ in [] }
      #expect(try await verdicts(site, key) == ["G"])
    }
  }

  @Test("that cannot be made leave the branch as it is, and say why")
  func failing() async throws {
    try await withSite { site in
      let program = site.directory.appending(path: "signer")
      try Data("#!/bin/sh\necho 'no such card' >&2\nexit 2\n".utf8).write(to: program)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: program.path)
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
        signer: try CommitSigner(
          Secret("openpgp:key"), named: "key", program: program.path,
          environment: ProcessInfo.processInfo.environment))
      let tip = try await site.tip()
      let error = await failure { try await store.land("r", ["a.yaml": "1"], options) }
      #expect(error?.outcome == .signingFailed)
      #expect(error?.message.contains("nothing was pushed") == true)
      #expect(error?.message.contains("no such card") == true)
      #expect(try await site.tip() == tip)
    }
  }

  @Test("of processes with different keys do not go out together")
  func spools() async throws {
    try await withSite { site in
      let keys = [
        try await SSHKeyPair(in: site.directory), try await SSHKeyPair(in: site.directory),
      ]
      // Two stores with one cache push together as two processes would.
      let stores = try keys.map { key in
        try Site.store(
          at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
          signer: try signer(key))
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, store) in stores.enumerated() {
          for number in 0..<4 {
            group.addTask {
              _ = try await store.land("s\(index)-\(number)", ["a.yaml": "1"], options)
            }
          }
        }
        try await group.waitForAll()
      }
      for (index, key) in keys.enumerated() {
        let file = site.directory.appending(path: "signers").path
        try Data(key.line().utf8).write(to: URL(filePath: file))
        let lines = try await site.git.output(
          ["-c", "gpg.ssh.allowedSignersFile=\(file)", "log", "--format=%G? %s", "main"],
          in: site.repository.directory
        ).text.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("G ") }.count == 4)
        #expect(lines.filter { $0.hasPrefix("G ") }.allSatisfy { $0.contains("s\(index)-") })
      }
    }
  }
}
