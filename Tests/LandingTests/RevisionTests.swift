import Foundation
import Git
import GitTransport
import TestSupport
import Testing

@testable import Landing

@Suite("A revision")
struct RevisionTests {
  /// Two branches, a merge, a light and an annotated tag, and a reference that is none of these.
  private static func makeReferences(in site: Site) async throws {
    let directory = site.repository.directory
    try await RandomHistory.make(seed: 5, in: site.repository)
    try await site.git("update-ref", "refs/heads/feature/a", "main~2", in: directory)
    try await site.git("tag", "light", "main~1", in: directory)
    try await site.git(
      "-c", "user.name=a", "-c", "user.email=a@b", "tag", "-a", "-m", "one", "v1", "main~3",
      in: directory)
    try await site.git("update-ref", "refs/pull/1/merge", "main", in: directory)
    try await site.git("update-ref", "refs/remotes/up/main", "main~1", in: directory)
  }

  @Test(
    "means what git rev-parse says",
    arguments: [
      "main", "heads/main", "refs/heads/main", "feature/a", "light", "tags/light", "v1",
      "refs/tags/v1", "v1^{commit}", "v1^{}", "pull/1/merge", "up/main", "HEAD", "@", "HEAD~1",
      "@^",
      "main~1", "main^", "main^^", "main~4", "main^0", "main~0", "main~1^1", "main^2", "v1~2",
    ])
  func names(text: String) async throws {
    try await withSite(nil) { site in
      try await Self.makeReferences(in: site)
      let expected = try? await site.git.id("\(text)^{commit}", in: site.repository.directory)
      let found = try? await site.store.commit(of: text, deadline: .now + .seconds(100))
      #expect(found == expected)
    }
  }

  @Test("of the origin's branch is that branch, where the repository is the origin")
  func originBranch() async throws {
    try await withSite { site in
      let found = try await site.store.commit(of: "origin/main", deadline: .now + .seconds(100))
      #expect(try await site.tip() == found)
    }
  }

  @Test("may be the beginning of an id, wherever in the history", arguments: [4, 7, 12, 40])
  func abbreviated(count: Int) async throws {
    try await withSite(nil) { site in
      try await Self.makeReferences(in: site)
      let all = try await site.git("log", "--format=%H", "main", in: site.repository.directory)
        .split(separator: "\n").map(String.init)
      for id in [all[0], all[all.count / 2], all[all.count - 1]] {
        let text = String(id.prefix(count))
        // Few digits may be those of several commits.
        let isUnique = all.count { $0.hasPrefix(text) } == 1
        let found = try? await site.store.commit(
          of: text.uppercased(), deadline: .now + .seconds(100))
        #expect(found?.hexadecimal == (isUnique ? id : nil))
      }
    }
  }

  @Test(
    "that is none is refused with what is wrong",
    arguments: [
      (
        "nothing", Outcome.branchMissing,
        "has no branch, tag or other reference nothing; there is main; name a"
      ),
      ("abcdef0", .branchMissing, "nor is it among the newest"),
      ("main~9", .invalidConfiguration, "has no parent"),
      ("main^3", .invalidConfiguration, "has no parent"),
      ("main:README.md", .invalidConfiguration, "is no revision that can be read"),
      ("main@{1}", .invalidConfiguration, "is no revision that can be read"),
      ("main..main", .invalidConfiguration, "is no revision that can be read"),
      ("main^{tree}", .invalidConfiguration, "is no revision that can be read"),
      ("", .invalidConfiguration, "is no revision that can be read"),
    ])
  func refused(text: String, outcome: Outcome, message: String) async throws {
    try await withSite { site in
      let error = await #expect(throws: LandingError.self) {
        try await site.store.commit(of: text, deadline: .now + .seconds(100))
      }
      #expect(error?.outcome == outcome)
      #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }
  }

  /// A clone as CI makes it: one commit of a pull request, on no branch.
  private static func checkout(of site: Site) async throws -> URL {
    let clone = site.directory.appendingPathComponent("checkout")
    for arguments in [
      ["init", "--quiet", clone.path],
      [
        "-C", clone.path, "fetch", "--quiet", "--depth", "2",
        "file://\(site.repository.directory.path)", "+main:refs/remotes/pull/1/merge",
      ],
      ["-C", clone.path, "checkout", "--quiet", "--detach", "refs/remotes/pull/1/merge"],
    ] {
      _ = try await site.git.output(arguments, in: site.directory)
    }
    return clone
  }

  @Test("of a shallow clone on no branch is read, with git and without", arguments: [true, false])
  func clone(hasGit: Bool) async throws {
    try await withSite(nil) { site in
      var parent: ObjectID?
      for text in ["one\n", "two\n", "three\n"] {
        let id = try await site.repository.commit(
          ["README.md": text, "a/b/c.yaml": text], parent: parent)
        try await site.repository.setBranch("main", to: id)
        parent = id
      }
      let clone = try await Self.checkout(of: site)
      var options = TransportOptions()
      options.environment = hasGit ? site.git.environment : ["PATH": "/nonexistent"]
      let remote = Remote(
        url: try RemoteURL(clone.path), credentials: .none, options: options, logger: silentLogger)
      let store = StateStore(
        StateStoreDescription(name: "default", url: clone.path, branch: "main"), remote: remote,
        cache: Cache(directory: site.directory.path + "/cache-of-clone"), logger: silentLogger)
      let tip = try await site.tip()
      for text in [
        "HEAD", "pull/1/merge", "refs/remotes/pull/1/merge", String(tip.hexadecimal.prefix(7)),
      ] {
        let id = try await store.commit(of: text, deadline: .now + .seconds(100))
        #expect(id == tip, "\(text)")
      }
      let before = try await store.commit(of: "HEAD~1", deadline: .now + .seconds(100))
      #expect(try await site.git.id("main~1", in: site.repository.directory) == before)
      let error = await #expect(throws: LandingError.self) {
        try await store.commit(of: "HEAD~2", deadline: .now + .seconds(100))
      }
      #expect(
        error?.message.contains("its history ends at") == true, "\(String(describing: error))")

      let path = try StatePath("a/b/c.yaml")
      let text = try await store.read(tip, deadline: .now + .seconds(100)) { snapshot in
        try snapshot.blobs([try #require(try snapshot.entry(at: path)?.id)]).values.first
      }
      #expect(text == Array("three\n".utf8))
      let history = try await store.history.histories(
        of: [path, try StatePath("never")], from: tip, deadline: .now + .seconds(100))
      #expect(history[path]?.lastChange?.id == tip)
      #expect(try history[StatePath("never")]?.isWhole == false)
    }
  }
}
