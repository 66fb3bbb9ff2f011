import Foundation
import Manifests
import TestSupport
import Testing

@Suite("A process that pushes for others and is killed", .timeLimit(.minutes(2)))
struct SpoolKillTests {
  @Test("when the branch has moved leaves to each of them the receipt of what it landed")
  func killedAfterItsPush() async throws {
    try await withSite { site in
      try killSecondPusher(of: site)
      let endings = try await withThrowingTaskGroup(of: Statestore.Ending.self) { group in
        let first = Task { try await write(1, to: site) }
        // It pushes, and cannot end before the others have left their writes.
        try await until { try names(in: site).contains("held") }
        for number in 2...4 { group.addTask { try await write(number, to: site) } }
        try await until { try left(in: site) == 3 }
        try FileManager.default.removeItem(at: site.repository.appending(path: "held"))
        var endings = [try await first.value]
        for try await ending in group { endings.append(ending) }
        return endings
      }
      #expect(endings.map(\.status).sorted() == [-9, 0, 0, 0])
      let commits = try await site.git("log", "--format=%H %s", "main").split(separator: "\n")
      for ending in endings where ending.status == 0 {
        let receipt = try #require(try ending.document()["receipts"]?.sequence?.first, "\(ending)")
        let placement = try #require(receipt["placements"]?.sequence?.first)
        #expect(receipt["outcome"]?.string == "landed", "\(ending)")
        #expect(placement["outcome"]?.string == "landed")
        let commit = try #require(placement["commit"]?.string)
        let name = try #require(placement["name"]?.string)
        #expect(commits.contains("\(commit) Update from: \(name)"))
      }
      // The canaries', and one for each write, that of the process that is gone too.
      #expect(try await site.files().count == 6)
      #expect(Set(commits.map { $0.dropFirst(40) }).count == commits.count)
    }
  }

  private func write(_ number: Int, to site: Site) async throws -> Statestore.Ending {
    let rendering = Rendering(directory: Rendering.small.directory, name: "example-\(number)")
    return try await site.statestore.run(
      ["write", "--repo", site.address] + site.access + rendering.flags + ["-o", "json"])
  }

  /// Has the server hold the first push until `held` is gone, and kill the pusher of the next one
  /// when the branch has moved.
  private func killSecondPusher(of site: Site) throws {
    let hooks = [
      "pre-receive": """
      mv first held 2>/dev/null && while [ -e held ]; do sleep 0.02; done
      exit 0
      """,
      "post-receive": """
      mv second gone 2>/dev/null && exit 0
      mv third gone 2>/dev/null || exit 0
      kill -KILL "$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' "/proc/$PPID/stat")"
      """,
    ]
    for (name, lines) in hooks {
      let hook = site.repository.appending(path: "hooks/\(name)")
      try Data("#!/bin/sh\n\(lines)\n".utf8).write(to: hook)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
    }
    for name in ["first", "second", "third"] {
      try Data().write(to: site.repository.appending(path: name))
    }
  }

  private func names(in site: Site) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: site.repository.path)
  }

  /// How many writes wait in the spool.
  private func left(in site: Site) throws -> Int {
    let cache = site.directory.appending(path: "cache").path
    let files = FileManager.default.enumerator(atPath: cache)?.allObjects ?? []
    return files.filter { ("\($0)").hasSuffix(".request") }.count
  }
}
