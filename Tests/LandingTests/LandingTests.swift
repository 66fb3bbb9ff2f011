import Foundation
import Git
import Kratix
import TestSupport
import Testing

@testable import Landing

@Suite("A landing", .timeLimit(.minutes(2)))
struct LandingTests {
  @Test("gives the tree that copying the files and committing with git gives")
  func givesTheTreeOfGit() async throws {
    let foreign = ["README.md": "state\n", "worker/foreign.yaml": "a: 1\n", "platform/x": "x"]
    try await withSite(foreign) { site in
      let files = ["postgresql.yaml": "kind: Secret\n", "deep/er/empty": "", ".hidden": "h\n"]
      let receipt = try await site.store.land("example", files, options)

      var expected = foreign
      for (path, content) in files { expected["\(directory(of: "example"))/\(path)"] = content }
      let commit = try await site.repository.commit(expected)
      let tree = try await site.git.id("\(commit)^{tree}", in: site.repository.directory)
      #expect(try await site.git.id("main^{tree}", in: site.repository.directory) == tree)
      #expect(try await site.tip() == receipt.commit)
      try await site.git("fsck", "--strict", "--no-dangling", in: site.repository.directory)
      let clone = site.directory.appendingPathComponent("clone")
      try await site.git(
        "clone", "--quiet", site.repository.directory.path, clone.path, in: site.directory)
      let landed = clone.appendingPathComponent("\(directory(of: "example"))/.hidden")
      #expect(try String(contentsOf: landed, encoding: .utf8) == "h\n")
    }
  }

  @Test("P19: tells in its receipt what stands where, as git sees it")
  func receiptAgreesWithGit() async throws {
    try await withSite { site in
      let base = try await site.tip()
      let receipt = try await site.store.land("example", ["a.yaml": "a: 1\n"], options)
      let placement = try #require(receipt.placements.first)
      #expect(receipt.outcome == .landed)
      #expect(receipt.base == base)
      #expect(receipt.attempts == 1)
      #expect(placement.path == directory(of: "example"))
      let repository = site.repository.directory
      #expect(placement.tree == (try await site.git.id("main:\(placement.path)", in: repository)))
      let file = try #require(placement.files.first)
      #expect(file.blob == (try await site.git.id("main:\(file.path)", in: repository)))
      #expect(file.size == 5)
    }
  }

  @Test("makes one commit with Kratix's subject and author, and our trailers")
  func commitIsKratixs() async throws {
    try await withSite { site in
      _ = try await site.store.land("example", ["a.yaml": "a: 1\n"], options)
      let shown = try await site.git(
        "log", "-1", "--format=%an|%ae|%cn|%s%n%(trailers)", "main", in: site.repository.directory)
      let lines = shown.split(separator: "\n").map(String.init)
      #expect(
        lines.first
          == "kratix||kratix|Update from: postgresql-example-instance-configure-12b21.worker-5058f")
      #expect(
        lines.dropFirst().prefix(4) == [
          "Kratix-Promise: postgresql", "Kratix-Resource: default/example",
          "Kratix-Pipeline: instance-configure", "Kratix-Destination: worker",
        ])
      #expect(lines.last?.hasPrefix("Statestore-Content: sha256:") == true)
    }
  }

  @Test("P20, S05: of what is there already makes no commit, and still gives a receipt")
  func unchangedMakesNoCommit() async throws {
    try await withSite { site in
      let first = try await site.store.land("example", ["a.yaml": "a: 1\n"], options)
      for store in [site.store, try site.anotherStore()] {
        let again = try await store.land("example", ["a.yaml": "a: 1\n"], options)
        #expect(again.outcome == .unchanged)
        #expect(again.commit == first.commit)
        #expect(again.attempts == 0)
        #expect(again.placements.first?.files == first.placements.first?.files)
      }
      #expect(try await site.tip() == first.commit)
    }
  }

  @Test("replaces its directory as a whole and leaves every other path as it was")
  func replacesItsDirectory() async throws {
    try await withSite { site in
      _ = try await site.store.land("example", ["a.yaml": "1", "b/c.yaml": "2"], options)
      _ = try await site.store.land("other", ["a.yaml": "3"], options)
      _ = try await site.store.land("example", ["b": "now a file"], options)
      let listed = try await site.git(
        "ls-tree", "-r", "--name-only", "main", in: site.repository.directory)
      #expect(
        listed.split(separator: "\n").map(String.init) == [
          "README.md", "\(directory(of: "example"))/b", "\(directory(of: "other"))/a.yaml",
        ])
    }
  }

  @Test("of a removal takes the directory away, and of none is unchanged")
  func removal() async throws {
    try await withSite { site in
      _ = try await site.store.land("example", ["a.yaml": "1"], options)
      let change = try Change.remove(placement("example", [:]), in: stateStore)
      let receipt = try await site.store.land(options: options) { _ in [change] }
      #expect(receipt.outcome == .removed)
      #expect(receipt.placements.first?.tree == nil)
      let repository = site.repository.directory
      #expect(
        try await site.git("ls-tree", "-r", "--name-only", "main", in: repository) == "README.md")
      #expect(
        try await site.git("log", "-1", "--format=%s", "main", in: repository)
          == "Delete from: postgresql-example-instance-configure-12b21.worker-5058f")
      let again = try await site.store.land(options: options) { _ in [change] }
      #expect(again.outcome == .unchanged)
    }
  }

  @Test("of many changes is one commit each and one push for all")
  func batch() async throws {
    try await withSite { site in
      let changes = try (1...20).map {
        try Change.write(placement("example-\($0)", ["a.yaml": "\($0)"]), in: stateStore)
      }
      let receipt = try await site.store.land(options: options) { _ in changes }
      #expect(receipt.attempts == 1)
      #expect(Set(receipt.placements.compactMap(\.commit)).count == 20)
      let count = try await site.git(
        "rev-list", "--count", "main", in: site.repository.directory)
      #expect(count == "21")
      try await site.git("fsck", "--strict", "--no-dangling", in: site.repository.directory)
    }
  }

  @Test(
    "works on servers that offer less",
    arguments: [
      [], ["uploadpack.allowFilter=true"], ["uploadpack.allowAnySHA1InWant=true"],
      BareRepository.filters,
    ])
  func serversThatOfferLess(settings: [String]) async throws {
    try await withSite(["worker/resources/default/x": "x"], settings: settings) { site in
      _ = try await site.store.land("example", ["a.yaml": "1"], options)
      let receipt = try await site.anotherStore().land("example", ["a.yaml": "2"], options)
      #expect(receipt.outcome == .landed)
      #expect(try await site.tip() == receipt.commit)
    }
  }

  @Test("into a directory of two thousand requests changes only its own")
  func wideDirectory() async throws {
    try await withSite { site in
      var files: [String: String] = [:]
      for number in 1...2_000 { files["\(directory(of: "request-\(number)"))/a.yaml"] = "x" }
      try await site.repository.setBranch("main", to: try await site.repository.commit(files))
      let receipt = try await site.store.land("request-77", ["a.yaml": "new"], options)
      files["\(directory(of: "request-77"))/a.yaml"] = "new"
      let commit = try await site.repository.commit(files)
      let repository = site.repository.directory
      #expect(
        try await site.git.id("\(receipt.commit)^{tree}", in: repository)
          == (try await site.git.id("\(commit)^{tree}", in: repository)))
    }
  }
}
