import Git
import GitTransport
import TestSupport
import Testing

@Suite("Pushing over every connection")
struct PushTests {
  @Test(
    "A branch is made in an empty repository, then moved, and reads back", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func createAndUpdate(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      let empty = try await site.remote.references(withPrefix: ["refs/heads/"], deadline: soon)
      #expect(empty.isEmpty)

      let first = try await site.repository.commit(["a.yaml": "one\n"])
      let push = try await site.remote.openPush(deadline: soon)
      #expect(push.advertisement["refs/heads/main"] == nil)
      let created = try await push.push(
        ReferenceUpdate(name: "refs/heads/main", old: .zero, new: first),
        pack: try await site.repository.pack(first), deadline: soon)
      #expect(created.outcome == .accepted)

      let second = try await site.repository.commit(["a.yaml": "two\n"], parent: first)
      let again = try await site.remote.openPush(deadline: soon)
      #expect(again.advertisement["refs/heads/main"] == first)
      let moved = try await again.push(
        ReferenceUpdate(name: "refs/heads/main", old: first, new: second),
        pack: try await site.repository.pack(second, without: first), deadline: soon)
      #expect(moved.outcome == .accepted)

      let read = try await site.remote.references(
        withPrefix: ["refs/heads/main"], deadline: soon)
      #expect(read.references == ["refs/heads/main": second])
      #expect(read.head == "refs/heads/main")
      try await site.git("fsck", "--strict", in: site.repository.directory)
    }
  }

  @Test(
    "A large pack is sent in pieces, and arrives whole", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func large(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      var random = SeededGenerator(seed: 5)
      var new = NewObjects()
      // Noise, which no level compresses.
      let noise = (0..<400_000).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
      let blob = try new.add(.blob, noise)
      let tree = try new.add(.tree, Array("100644 noise\0".utf8) + blob.bytes)
      let signature = Signature(name: "kratix", email: "k@example.com", seconds: 1_795_000_000)
      let commit = Commit(
        tree: tree, parents: [], author: signature, committer: signature, message: "Noise\n")
      let tip = try new.add(.commit, commit.bytes)
      let push = try await site.remote.openPush(deadline: soon)
      let report = try await push.push(
        ReferenceUpdate(name: "refs/heads/main", old: .zero, new: tip),
        pack: PackWriter(new, thin: true), deadline: soon)
      #expect(report.outcome == .accepted)
      #expect(push.sentByteCount > noise.count)
      try await site.git("fsck", "--strict", in: site.repository.directory)
      let size = try await site.git("cat-file", "-s", "main:noise", in: site.repository.directory)
      #expect(size == "\(noise.count)")
    }
  }

  @Test(
    "A stale old value is refused and nothing moves", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func stale(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      let first = try await site.repository.commit(["a.yaml": "one\n"])
      let theirs = try await site.repository.commit(["a.yaml": "theirs\n"], parent: first)
      let ours = try await site.repository.commit(["a.yaml": "ours\n"], parent: first)
      try await site.repository.setBranch("main", to: first)
      let push = try await site.remote.openPush(deadline: soon)
      try await site.repository.setBranch("main", to: theirs)
      let report = try await push.push(
        ReferenceUpdate(name: "refs/heads/main", old: first, new: ours),
        pack: try await site.repository.pack(ours, without: first), deadline: soon)
      #expect(report.outcome != .accepted)
      #expect(report.cause == .movedReference, "\(report)")
      #expect(try await site.git.id("main", in: site.repository.directory) == theirs)
    }
  }

  @Test(
    "A branch below a branch is a refusal and no lost race", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases, [("main", "main/sub"), ("a/b", "a")])
  func branchBelowBranch(_ kind: ConnectionKind, _ names: (old: String, new: String)) async throws {
    try await withSite(kind) { site in
      let first = try await site.repository.commit(["a.yaml": "one\n"])
      try await site.repository.setBranch(names.old, to: first)
      let push = try await site.remote.openPush(deadline: soon)
      let second = try await site.repository.commit(["a.yaml": "two\n"])
      let report = try await push.push(
        ReferenceUpdate(name: "refs/heads/\(names.new)", old: .zero, new: second),
        pack: try await site.repository.pack(second), deadline: soon)
      #expect(report.outcome != .accepted)
      #expect(report.cause == .refusal, "\(report)")
      #expect(report.messages.contains { $0.contains("exists; cannot create") }, "\(report)")
    }
  }

  @Test(
    "A hook's refusal comes with the hook's words", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func hook(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      let words = #"printf 'no \033[31mred\033[0m tape\nask the platform team\n' >&2; exit 1"#
      try site.repository.hook("pre-receive", words)
      let first = try await site.repository.commit(["a.yaml": "one\n"])
      let push = try await site.remote.openPush(deadline: soon)
      let report = try await push.push(
        ReferenceUpdate(name: "refs/heads/main", old: .zero, new: first),
        pack: try await site.repository.pack(first), deadline: soon)
      #expect(report.outcome == .refused(reason: "pre-receive hook declined"))
      #expect(report.messages == ["no red tape", "ask the platform team"])
      #expect(report.cause == .hook)
    }
  }

  @Test(
    "A pack that lacks objects is refused with the server's reason", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func incompletePack(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      try await withTemporaryDirectory { elsewhere in
        let other = try await BareRepository(in: elsewhere, git: site.git)
        let first = try await other.commit(["a.yaml": "one\n"])
        let second = try await other.commit(["a.yaml": "two\n"], parent: first)
        let push = try await site.remote.openPush(deadline: soon)
        let report = try await push.push(
          ReferenceUpdate(name: "refs/heads/main", old: .zero, new: second),
          pack: try await other.pack(second, without: first), deadline: soon)
        guard case .refused(let reason) = report.outcome else {
          Issue.record("accepted a pack without the parent")
          return
        }
        #expect(!reason.isEmpty)
        #expect(report.cause == .serverFailure, "\(report)")
      }
    }
  }

  @Test(
    "A connection can be left without pushing", .timeLimit(.minutes(1)),
    arguments: ConnectionKind.allCases)
  func leave(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      let push = try await site.remote.openPush(deadline: soon)
      await push.close()
      await push.close()
      let error = await failure {
        try await push.push(
          ReferenceUpdate(name: "refs/heads/main", old: .zero, new: .zero), pack: [],
          deadline: soon)
      }
      #expect(error?.code == .unsupported)
    }
  }
}
