import Foundation
import Git
import Kratix
import Synchronization
import TestSupport
import Testing

@testable import Landing

@Suite("Among other writers, a landing", .timeLimit(.minutes(3)))
struct ContentionTests {
  /// Moves the branch each time the change is asked for, as a writer that is always faster would:
  /// the change is asked after the tip was read and before the push.
  private func landWhileMoved(
    _ site: Site, times: Int, store: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Receipt {
    let commits = try await foreignCommits(site, count: times)
    let next = Mutex(0)
    let change = try Change.write(placement("example", ["a.yaml": "ours"]), in: stateStore)
    let reference = site.repository.directory.appendingPathComponent("refs/heads/main")
    return try await store.land(options: LandingOptions(deadline: deadline)) { snapshot in
      // Only once for each tip: the change is asked again whenever objects had to be fetched.
      let index = next.withLock { index in
        let isNew = index == 0 || snapshot.id == commits[index - 1]
        guard index < times, isNew else { return -1 }
        index += 1
        return index - 1
      }
      if index >= 0 { try Data("\(commits[index])\n".utf8).write(to: reference) }
      return [change]
    }
  }

  private func foreignCommits(_ site: Site, count: Int) async throws -> [ObjectID] {
    var commits: [ObjectID] = []
    var files = ["README.md": "state\n"]
    for number in 0..<count {
      files["foreign/\(number)"] = "\(number)"
      let parent = try await commits.last == nil ? site.tip() : commits.last
      commits.append(try await site.repository.commit(files, parent: parent))
    }
    return commits
  }

  @Test("is made again on what they made, and nothing of theirs is lost", arguments: [1, 3])
  func movedBranch(times: Int) async throws {
    try await withSite { site in
      let clock = TestClock()
      let store = try site.anotherStore(dependencies: clock.dependencies)
      let receipt = try await landWhileMoved(
        site, times: times, store: store, deadline: .now + .seconds(60))
      #expect(receipt.attempts == times + 1)
      #expect(clock.waited.count == times)
      let listed = try await site.git(
        "ls-tree", "-r", "--name-only", "main", in: site.repository.directory)
      #expect(listed.contains("\(directory(of: "example"))/a.yaml"))
      for number in 0..<times { #expect(listed.contains("foreign/\(number)")) }
      let merges = try await site.git(
        "rev-list", "--count", "--merges", "main", in: site.repository.directory)
      #expect(merges == "0")
    }
  }

  @Test("that always loses ends as a conflict when its time is up, and has written nothing")
  func alwaysLoses() async throws {
    try await withSite { site in
      let clock = TestClock()
      let store = try site.anotherStore(dependencies: clock.dependencies)
      let error = await failure {
        // Pauses of 12, 25, 50, 100 ... ms: the fifth does not fit.
        try await landWhileMoved(
          site, times: 20, store: store, deadline: .now + .seconds(60) - .milliseconds(59_800))
      }
      // The transport's own clock is the real one; whichever ends first, nothing was written.
      #expect([.conflict, .timedOut].contains(error?.outcome))
      let listed = try await site.git(
        "ls-tree", "-r", "--name-only", "main", in: site.repository.directory)
      #expect(!listed.contains("a.yaml"))
    }
  }

  @Test("that meets a lock which nobody lets go of says so, in the server's words")
  func staleLock() async throws {
    try await withSite { site in
      try Data().write(to: site.repository.directory.appending(path: "refs/heads/main.lock"))
      let clock = TestClock()
      var dependencies = clock.dependencies
      dependencies.sleep = { _ in try await clock.dependencies.sleep(.seconds(50)) }
      let store = try site.anotherStore(dependencies: dependencies)
      let error = await failure { try await store.land("example", ["a.yaml": "a: 1\n"], options) }
      #expect(error?.outcome == .conflict)
      #expect(error?.message.contains("refs/heads/main.lock") == true, "\(error as Any)")
      #expect(error?.serverMessages.isEmpty == false)
    }
  }

  @Test("of twenty writers with caches of their own is never lost and never merged")
  func twentyWriters() async throws {
    try await withSite { site in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          let store = try site.anotherStore()
          group.addTask {
            let receipt = try await store.land("pg-\(number)", ["a.yaml": "\(number)"], options)
            #expect(receipt.outcome == .landed)
          }
        }
        try await group.waitForAll()
      }
      let repository = site.repository.directory
      let files = try await site.git("ls-tree", "-r", "--name-only", "main", in: repository)
      #expect(files.split(separator: "\n").count == 21)
      #expect(try await site.git("rev-list", "--count", "main", in: repository) == "21")
      #expect(try await site.git("rev-list", "--count", "--merges", "main", in: repository) == "0")
      try await site.git("fsck", "--strict", "--no-dangling", in: repository)
    }
  }

  @Test("of one state store used at once by many tasks is never lost")
  func oneStoreManyTasks() async throws {
    try await withSite { site in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            _ = try await site.store.land("pg-\(number)", ["a.yaml": "\(number)"], options)
          }
        }
        try await group.waitForAll()
      }
      let files = try await site.git(
        "ls-tree", "-r", "--name-only", "main", in: site.repository.directory)
      #expect(files.split(separator: "\n").count == 9)
    }
  }

  /// Hooks that end the server's process, once, at a moment of the push.
  static let breakingHooks: [(name: String, script: String)] = [
    ("pre-receive", "test -e broken || { touch broken; kill -9 $PPID; }"),
    (
      "reference-transaction",
      "test \"$1\" = committed || exit 0; test -e broken || { touch broken; kill -9 $PPID; }"
    ),
  ]

  @Test("whose connection breaks during the push lands once", arguments: breakingHooks)
  func brokenPush(hook: (name: String, script: String)) async throws {
    try await withSite { site in
      try site.repository.hook(hook.name, hook.script)
      let receipt = try await site.store.land("example", ["a.yaml": "1"], options)
      #expect([.landed, .unchanged].contains(receipt.outcome))
      let repository = site.repository.directory
      #expect(FileManager.default.fileExists(atPath: repository.path + "/broken"))
      #expect(try await site.tip() == receipt.commit)
      #expect(try await site.git("rev-list", "--count", "main", in: repository) == "2")
    }
  }
}
