import Foundation
import Git
import GitTransport
import Synchronization
import TestSupport
import Testing

@testable import Landing

/// Reads that are answered by a mirror which is some commits behind.
@Suite("A mirror that lags behind", .timeLimit(.minutes(2)))
struct LaggingMirrorTests {
  /// Pushes go to the repository; what is read afterwards comes from it as it was before.
  private func land(
    _ site: Site, showing shown: @escaping @Sendable (Int) -> String
  ) async throws -> (Receipt?, LandingError?) {
    let looks = Mutex(0)
    let directory = site.repository.directory
    let reference = directory.appendingPathComponent("refs/heads/main")
    let accepted = Mutex<String?>(nil)
    let clock = TestClock()
    var dependencies = clock.dependencies
    // Between two looks the mirror catches up by one commit.
    dependencies.sleep = { pause in
      try await clock.dependencies.sleep(pause)
      let look = looks.withLock { looks in
        looks += 1
        return looks
      }
      guard let tip = accepted.withLock({ $0 }) else { return }
      let text = shown(look)
      try Data("\(text.isEmpty ? tip : text)\n".utf8).write(to: reference)
    }
    let store = try Site.store(
      at: site.repository, cache: site.cache, dependencies: dependencies, git: site.git,
      observer: { observation in
        guard observation.outcome == .accepted else { return }
        // The observer is called after the push and before it is read back.
        accepted.withLock { tip in
          if tip == nil {
            tip = (try? String(contentsOf: reference, encoding: .utf8))?
              .trimmingCharacters(in: .whitespacesAndNewlines)
            try? Data("\(shown(0))\n".utf8).write(to: reference)
          }
        }
      })
    let options = LandingOptions(deadline: .now + .seconds(60))
    do { return (try await store.land("example", ["a.yaml": "1"], options), nil) } catch {
      return (nil, error as? LandingError)
    }
  }

  private func olderCommits(_ site: Site) async throws -> [String] {
    for number in 0..<3 {
      _ = try await site.anotherStore().land("other-\(number)", ["b.yaml": "1"], options)
    }
    return try await site.git("rev-list", "main", in: site.repository.directory)
      .split(separator: "\n").map(String.init)
  }

  @Test("by several commits is waited for")
  func catchesUp() async throws {
    try await withSite { site in
      let older = try await olderCommits(site)
      let (receipt, error) = try await land(site) { look in
        look < 3 ? older[3 - look] : ""
      }
      #expect(error == nil)
      #expect(receipt?.outcome == .landed)
      #expect(try await site.tip() == receipt?.commit)
    }
  }

  @Test("until the deadline is no conflict with another writer")
  func neverCatchesUp() async throws {
    try await withSite { site in
      let older = try await olderCommits(site)
      let (receipt, error) = try await land(site) { _ in older[2] }
      #expect(receipt == nil)
      #expect(error?.outcome == .unreachable, "\(error as Any)")
      #expect(error?.message.contains("mirror") == true, "\(error as Any)")
      #expect(error?.message.contains(older[2]) == true, "\(error as Any)")
    }
  }

  @Test("is told from another writer who replaced what was pushed")
  func replaced() async throws {
    try await withSite { site in
      let reference = site.repository.directory.appendingPathComponent("refs/heads/main")
      let isDone = Mutex(false)
      let store = try Site.store(
        at: site.repository, cache: site.cache, dependencies: .real, git: site.git,
        observer: { _ in isDone.withLock { $0 = true } })
      // A hook of the server replaces what came before the answer is given.
      try site.repository.hook(
        "post-update",
        """
        test -e replaced && exit 0
        touch replaced
        export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x
        tree=$(git rev-parse main~1^{tree})
        git update-ref refs/heads/main $(git commit-tree -p main -m replace $tree)
        """)
      let error = await failure { try await store.land("example", ["a.yaml": "1"], options) }
      #expect(FileManager.default.fileExists(atPath: reference.path))
      #expect(isDone.withLock { $0 })
      #expect(error?.outcome == .conflict, "\(error as Any)")
      #expect(error?.message.contains("another writer") == true, "\(error as Any)")
    }
  }
}
