import Foundation
import Manifests
import TestSupport
import Testing

@Suite("On every kind of remote", .timeLimit(.minutes(5)))
struct RemoteTests {
  @Test(
    "what is written is read back, verified, and not written twice", arguments: RemoteKind.allCases)
  func landing(on kind: RemoteKind) async throws {
    try await withSite(on: kind) { site in
      let rendering = Rendering.small
      let expected = try await site.treeByGit(with: rendering)
      let write = try await site.run("write", rendering.flags)
      #expect(write.output.hasPrefix("landed  "), "\(write)")
      #expect(try await site.git("rev-parse", "main^{tree}") == expected)
      try await site.git("fsck", "--strict", "--no-dangling")

      let request = ["--request", Fixture.path("postgresql/requests/small.yaml")]
      let report = try await site.run("verify", request + ["-o", "json"]).document()
      #expect(report.value(at: "/resources/0/verdict")?.string == "landed")
      #expect(report.value(at: "/summary/errors")?.integer == 0)
      #expect(report.value(at: "/commit/id")?.string == (try await site.tip()))
      try await site.run("verify", rendering.flags)

      let tip = try await site.tip()
      let again = try await site.run("write", rendering.flags)
      #expect(again.output.hasPrefix("unchanged  "), "\(again)")
      try await site.run("init")
      #expect(try await site.tip() == tip)
    }
  }

  @Test("a clone holds the very bytes that were rendered")
  func clone() async throws {
    try await withSite { site in
      let text = "text without a line feed at its end\r\n\u{feff}"
      let files = ["a.yaml": "a: 1\n", "b/c.yaml": text, ".hidden": "", "ü/日本.yaml": "ü: 日本\n"]
      let rendering = Rendering(directory: try site.directory.makeDirectory("output"))
      for (path, text) in files { try rendering.directory.write(text, to: path) }
      try await site.run("write", rendering.flags)

      let clone = site.directory.appending(path: "clone")
      try await site.git("clone", "--quiet", site.repository.path, clone.path)
      for (path, text) in files {
        let file = clone.appending(path: "\(rendering.defaultPlace())/\(path)")
        #expect(try Data(contentsOf: file) == Data(text.utf8), "\(path)")
      }
    }
  }
}

extension Site {
  /// The tree that git makes of the branch with a rendering's files copied to their place.
  fileprivate func treeByGit(with rendering: Rendering) async throws -> String {
    let work = directory.appending(path: "work")
    try await git("clone", "--quiet", repository.path, work.path)
    let place = work.appending(path: rendering.defaultPlace())
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: rendering.directory, to: place)
    try await git("-C", work.path, "add", "--all")
    return try await git("-C", work.path, "write-tree")
  }
}
