import Foundation
import Git
import TestSupport
import Testing

@testable import Landing

/// A branch that somebody else pushes to before each conversation with its server.
///
/// With protocol version 0 a server hands out only what it advertises in the same conversation, as
/// over ssh to an sshd without `AcceptEnv GIT_PROTOCOL`.
@Suite("A branch that moves on while it is read", .timeLimit(.minutes(4)))
struct MovingBranchTests {
  /// What the other writer does.
  enum Move: String, CaseIterable, Sendable {
    case commits
    case rewrites
  }

  /// A program of git's name that moves the branch before it serves a fetch, and speaks version 0.
  private struct Mover {
    let programs: URL
    let site: Site
    let move: Move

    var remaining: URL { programs.appending(path: "remaining") }

    init(on site: Site, _ move: Move) async throws {
      self.site = site
      self.move = move
      programs = site.directory.appending(path: "programs")
      try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
      let git = try Program.path(of: "git")
      let foreign = try await site.repository.commit(["README.md": "foreign\n", "other": "x\n"])
      let parent = move == .commits ? "-p main" : ""
      let script = """
        #!/bin/sh
        unset GIT_PROTOCOL
        left=$(cat '\(programs.path)/remaining' 2>/dev/null || echo 0)
        if [ "$1" = upload-pack ] && [ "$left" -gt 0 ]; then
          echo $((left - 1)) >'\(programs.path)/remaining'
          cd '\(site.repository.directory.path)'
          tree=\(foreign)^{tree}
          commit=$(\(git) commit-tree "$tree" \(parent) -m "foreign $left" </dev/null)
          \(git) update-ref refs/heads/main "$commit"
        fi
        exec \(git) "$@"
        """
      let program = programs.appending(path: "git")
      try Data(script.utf8).write(to: program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    }

    /// Moves the branch before each of the next conversations.
    func arm(_ count: Int) throws { try Data("\(count)\n".utf8).write(to: remaining) }

    func store() throws -> StateStore {
      var environment = site.git.environment
      environment["PATH"] = programs.path + ":" + (environment["PATH"] ?? "")
      return try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, environment: environment)
    }
  }

  @Test(
    "is read again, and a write lands on what others made", arguments: Move.allCases, [1, 2, 6])
  func writes(_ move: Move, count: Int) async throws {
    try await withSite(settings: []) { site in
      let mover = try await Mover(on: site, move)
      try mover.arm(count)
      let receipt = try await mover.store().land("example", ["a.yaml": "1"], options)
      #expect(receipt.outcome == .landed)
      let file = "main:\(directory(of: "example"))/a.yaml"
      #expect(try await site.git("cat-file", "blob", file, in: site.repository.directory) == "1")
      // What the other writer has pushed is still there.
      #expect(
        try await site.git("show", "main:README.md", in: site.repository.directory) == "foreign")
    }
  }

  @Test("does not make a landed write a failure while it is read back", arguments: [1, 2, 3])
  func readsBack(count: Int) async throws {
    try await withSite(settings: []) { site in
      let mover = try await Mover(on: site, .commits)
      let store = try mover.store()
      _ = try await store.land("example", ["a.yaml": "1"], options)
      try mover.arm(count)
      // The other writer's tree holds nothing of it: that is said, and no failure of the fetch.
      let error = await failure { try await store.land("example", ["a.yaml": "2"], options) }
      #expect(error?.outcome == .conflict)
      #expect(error?.message.contains("was accepted") == true, "\(String(describing: error))")
    }
  }

  @Test("gives a check one commit", arguments: Move.allCases, [1, 2, 6])
  func reads(_ move: Move, count: Int) async throws {
    try await withSite(["README.md": "state\n", "old": "x\n"], settings: []) { site in
      let mover = try await Mover(on: site, move)
      let store = try mover.store()
      let readme = try StatePath("README.md")
      let other = try StatePath("other")
      try mover.arm(count)
      let seen = try await store.read(deadline: .now + .seconds(100)) { snapshot in
        let blobs = try snapshot.blobs(
          [try snapshot.entry(at: readme)?.id].compactMap(\.self))
        return (
          try #require(snapshot.id), blobs.values.map { String(decoding: $0, as: UTF8.self) },
          try snapshot.entry(at: other) != nil
        )
      }
      #expect(seen.2 == (seen.1 == ["foreign\n"]))
      let history = try await store.history.log(
        from: seen.0, atMost: 8, deadline: .now + .seconds(100))
      #expect(history.commits.first?.id == seen.0)
    }
  }
}
