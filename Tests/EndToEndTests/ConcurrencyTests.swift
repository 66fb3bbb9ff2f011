import Foundation
import Testing

@Suite("With many processes at once", .timeLimit(.minutes(5)))
struct ConcurrencyTests {
  @Test(
    "twenty writers land twenty resources on one branch, one after another and all of them",
    arguments: [RemoteKind.path, .https])
  func twenty(on kind: RemoteKind) async throws {
    try await withSite(on: kind) { site in
      let before = try await site.tip()
      let renderings = (1...20).map {
        Rendering(directory: Rendering.small.directory, name: "example-\($0)")
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for rendering in renderings {
          group.addTask { try await site.run("write", rendering.flags) }
        }
        try await group.waitForAll()
      }
      #expect(try await site.git("rev-list", "--count", "\(before)..main") == "20")
      #expect(try await site.git("rev-list", "--count", "--merges", "main") == "0")
      let files = Set(try await site.files())
      for rendering in renderings {
        #expect(files.contains("\(rendering.defaultPlace())/postgresql-instance.yaml"))
      }
      // Two canary files, and one for each writer: nothing else.
      #expect(files.count == 22)
      try await site.git("fsck", "--strict", "--no-dangling")
    }
  }

  @Test("six writers of one and the same resource make one commit")
  func same() async throws {
    try await withSite { site in
      let before = try await site.tip()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 1...6 { group.addTask { try await site.run("write", Rendering.small.flags) } }
        try await group.waitForAll()
      }
      #expect(try await site.git("rev-list", "--count", "\(before)..main") == "1")
    }
  }
}
