import Foundation
import Git
import Kratix
import TestSupport
import Testing

@testable import Landing

@Suite("What cannot land", .timeLimit(.minutes(2)))
struct RefusalTests {
  @Test(
    "is refused by the name of its path before anything is written",
    arguments: [
      "../escape.yaml", "a/../../b", "/etc/passwd", ".git/config", "a/.GIT/hooks/x", "git~1",
      ".g\u{200C}it/x", "line\nbreak", "back\\slash", "a//b", "a/", "./a", "e\u{301}.yaml",
    ])
  func unsafePath(path: String) async throws {
    try await withSite { site in
      let tip = try await site.tip()
      let error = await failure {
        try await site.store.land("example", ["good.yaml": "1", path: "2"], options)
      }
      #expect(error?.outcome == .unsafePath)
      #expect(try await site.tip() == tip)
    }
  }

  @Test("as a file and as a directory at once is a path conflict")
  func fileAgainstDirectory() async throws {
    try await withSite { site in
      let error = await failure {
        try await site.store.land("example", ["a": "1", "a/b": "2"], options)
      }
      #expect(error?.outcome == .pathConflict)
      #expect(error?.message.contains("\(directory(of: "example"))/a") == true)
    }
  }

  @Test("below somebody's file is a path conflict that names the file")
  func belowAFile() async throws {
    try await withSite(["worker/resources": "a file"]) { site in
      let tip = try await site.tip()
      let error = await failure { try await site.store.land("example", ["a": "1"], options) }
      #expect(error?.outcome == .pathConflict)
      #expect(error?.message.contains("worker/resources is a file") == true)
      #expect(try await site.tip() == tip)
    }
  }

  @Test("twice at one path names both placements")
  func overlap() async throws {
    try await withSite { site in
      let changes = try [
        Change.write(placement("example", ["a": "1"]), in: stateStore),
        Change.write(placement("example", ["a": "2"]), in: stateStore),
      ]
      let error = await failure {
        try await site.store.land(options: options) { _ in changes }
      }
      #expect(error?.outcome == .pathConflict)
    }
  }

  @Test("for a server's hook is told in the hook's own words, and nothing is there")
  func hook() async throws {
    try await withSite { site in
      try site.repository.hook(
        "pre-receive", "echo 'ticket number missing' >&2; exit 1")
      let tip = try await site.tip()
      let error = await failure { try await site.store.land("example", ["a": "1"], options) }
      #expect(error?.outcome == .rejected)
      #expect(error?.serverMessages.contains { $0.contains("ticket number missing") } == true)
      #expect(try await site.tip() == tip)
    }
  }

  @Test("on a branch that is not there says how to make it; a landing may make it when allowed")
  func missingBranch() async throws {
    try await withSite(nil) { site in
      let error = await failure { try await site.store.land("example", ["a": "1"], options) }
      #expect(error?.outcome == .branchMissing)
      #expect(error?.message.contains("statestore init") == true)
      var creating = options
      creating.createsBranch = true
      let receipt = try await site.store.land("example", ["a": "1"], creating)
      #expect(receipt.base == nil)
      #expect(try await site.tip() == receipt.commit)
    }
  }

  @Test("at a remote that is not there is said to lack the repository, and not tried again")
  func missingRepository() async throws {
    try await withSite { site in
      try FileManager.default.removeItem(at: site.repository.directory)
      let error = await failure { try await site.store.land("example", ["a": "1"], options) }
      #expect(error?.outcome == .repositoryMissing)
      #expect(error?.outcome.meaning.writeStatus == 1)
    }
  }
}
