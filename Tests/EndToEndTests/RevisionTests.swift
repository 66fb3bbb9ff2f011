import Manifests
import TestSupport
import Testing

@Suite("The revision that verify reads", .timeLimit(.minutes(5)))
struct RevisionTests {
  @Test("a tag means the commit that was tagged, and what is no commit is named as what it is")
  func revisions() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      try await site.git(
        "-c", "user.name=a", "-c", "user.email=a@b", "tag", "-a", "-m", "one", "v1", "main")
      let tag = try await site.git("rev-parse", "v1")
      let tip = try await site.tip()
      try #require(tag != tip)
      for revision in ["refs/tags/v1", tag] {
        let ending = try await site.run(
          "verify", Rendering.small.flags + ["--ref", revision, "-o", "json"])
        #expect(try ending.document().value(at: "/commit/id")?.string == tip)
      }
      let tree = try await site.git("rev-parse", "main^{tree}")
      let ending = try await site.run(
        "verify", Rendering.small.flags + ["--ref", tree], expecting: 2)
      #expect(ending.errors.contains("\(tree) of "), "\(ending)")
      #expect(ending.errors.contains("is a tree and not a commit"), "\(ending)")
    }
  }
}
