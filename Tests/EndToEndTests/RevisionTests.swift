import Foundation
import Manifests
import TestSupport
import Testing

@Suite("The revision that verify reads", .timeLimit(.minutes(5)))
struct RevisionTests {
  @Test("is named in the result, and may be the digits that are printed")
  func printed() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      let first = try await site.run("status")
      let digits = String(try await site.tip().prefix(7))
      #expect(first.output.contains(" at \(digits)\n"), "\(first)")
      try await site.commitAsSomebody(["README.md": "later\n"])
      let status = try await site.run("status", ["--ref", digits])
      #expect(status.output.hasPrefix("\(digits) of \(site.address) at \(digits)\n"), "\(status)")
      for revision in ["main~1", "HEAD^", digits] {
        let verified = try await site.run("verify", Rendering.small.flags + ["--ref", revision])
        #expect(verified.output.contains("(\(revision) of \(site.address) at \(digits))"))
      }
    }
  }

  @Test("is what is checked out, in a clone on no branch, also where there is no git")
  func detached() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      let clone = try await site.checkout()
      let arguments = ["verify", "--repo", clone.path] + Rendering.small.flags
      for environment in [[:], ["PATH": "/nonexistent"]] {
        let ending = try await site.statestore.run(arguments, environment: environment)
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.output.contains("(HEAD of \(clone.path) at "), "\(ending)")
      }
    }
  }

  @Test("may be the files of a work tree, committed or not")
  func workTree() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      let clone = try await site.checkout()
      let arguments = ["verify", "--work-tree", clone.path] + Rendering.small.flags
      let good = try await site.statestore.run(arguments)
      #expect(good.status == 0, "\(good)")
      #expect(good.output.contains("(work tree \(clone.path) of "), "\(good)")
      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      let text = try Fixture.text("postgresql/rendered/small/postgresql-instance.yaml")
      try clone.write(text.replacing("1Gi", with: "9Gi"), to: file)
      for environment in [[:], ["PATH": "/nonexistent"]] {
        let changed = try await site.statestore.run(arguments, environment: environment)
        #expect(changed.status == 1, "\(changed)")
        #expect(changed.output.contains("error modified-file"), "\(changed)")
        #expect(changed.output.contains(" by not committed\n"), "\(changed)")
      }
      try await site.git("cat-file", "-e", "HEAD")
      let names = try FileManager.default.contentsOfDirectory(
        atPath: FileManager.default.temporaryDirectory.path)
      #expect(!names.contains { $0.hasPrefix("statestore-work-tree-") })
      let mixed = try await site.statestore.run(arguments + ["--ref", "HEAD"])
      #expect(mixed.status == 2, "\(mixed)")
    }
  }

  @Test("may be a sparse checkout: what git left out is not missing")
  func sparseCheckout() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      let clone = try await site.checkout()
      let place = Rendering.small.defaultPlace()
      let file = "\(place)/postgresql-instance.yaml"
      try await site.git("sparse-checkout", "set", "--cone", "nothing-of-it", in: clone)
      #expect(!FileManager.default.fileExists(atPath: "\(clone.path)/\(file)"))
      let arguments = ["verify", "--work-tree", clone.path] + Rendering.small.flags
      let sparse = try await site.statestore.run(arguments)
      #expect(sparse.status == 0, "\(sparse)")
      try await site.git("sparse-checkout", "disable", in: clone)
      try FileManager.default.removeItem(atPath: "\(clone.path)/\(file)")
      let removed = try await site.statestore.run(arguments)
      #expect(removed.status == 1, "\(removed)")
    }
  }

  @Test("that held what a receipt names is told when the branch has lost it")
  func lost() async throws {
    try await withSite { site in
      let receipt = site.directory.appending(path: "receipt.json").path
      try await site.run("write", Rendering.small.flags + ["--receipt", receipt])
      let landed = try await site.tip()
      try await site.git("update-ref", "refs/heads/main", "main~1")
      let gone = try await site.run("verify", ["--receipt", receipt], expecting: 1)
      let cause = "it landed as \(landed.prefix(7)), which is no longer in the branch"
      #expect(gone.output.contains(cause), "\(gone)")
      // What is in the history still, and was removed, is told as that.
      try await site.git("update-ref", "refs/heads/main", landed)
      try await site.commitAsSomebody([
        "\(Rendering.small.defaultPlace())/postgresql-instance.yaml": nil
      ])
      let removed = try await site.run("verify", ["--receipt", receipt], expecting: 1)
      #expect(removed.output.contains("removed by Somebody at "), "\(removed)")
      #expect(!removed.output.contains("no longer in the branch"), "\(removed)")
    }
  }

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
