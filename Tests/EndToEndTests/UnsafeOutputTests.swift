import Foundation
import Testing

/// An output that must not be written, and how it is refused.
struct RefusedOutput: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var outcome = "unsafe-path"
  /// What the message names.
  let named: String
  let prepare: @Sendable (URL) throws -> Void

  static let all = [
    RefusedOutput(testDescription: "a link out of it", named: "stolen.yaml") { output in
      try link(output, "stolen.yaml", to: "/etc/passwd")
    },
    RefusedOutput(testDescription: "a relative link out of it", named: "stolen.yaml") { output in
      try output.deletingLastPathComponent().write("a: 1\n", to: "outside.yaml")
      try link(output, "stolen.yaml", to: "../outside.yaml")
    },
    RefusedOutput(testDescription: "a link to nothing", named: "gone.yaml") { output in
      try link(output, "gone.yaml", to: "nothing")
    },
    RefusedOutput(testDescription: "a linked directory", named: "linked") { output in
      try output.write("a: 1\n", to: "directory/a.yaml")
      try link(output, "linked", to: "directory")
    },
    RefusedOutput(testDescription: ".git", named: ".git/config") { output in
      try output.write("[core]\n", to: ".git/config")
    },
    RefusedOutput(testDescription: ".git in other letters", named: "below/.GiT") { output in
      try output.write("gitdir: x\n", to: "below/.GiT")
    },
    RefusedOutput(testDescription: ".git as Windows shortens it", named: "git~1") { output in
      try output.write("x\n", to: "git~1/x")
    },
    RefusedOutput(testDescription: "a control character", named: #"a\u{1b}b.yaml"#) { output in
      try output.write("a: 1\n", to: "a\u{1b}b.yaml")
    },
    RefusedOutput(testDescription: "nothing", outcome: "empty-output", named: "output") { _ in },
    RefusedOutput(
      testDescription: "empty directories", outcome: "empty-output", named: "output"
    ) { output in
      _ = try output.makeDirectory("a/b")
    },
  ]

  private static func link(_ output: URL, _ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: output.appending(path: name).path, withDestinationPath: target)
  }
}

@Suite("Output that must not be written", .timeLimit(.minutes(5)))
struct UnsafeOutputTests {
  @Test("is refused by name, and the branch stays as it was", arguments: RefusedOutput.all)
  func refused(output: RefusedOutput) async throws {
    try await withSite { site in
      // A good file beside it must not land either.
      let rendering = Rendering(directory: try site.directory.makeDirectory("rendered/output"))
      if output.outcome == "unsafe-path" {
        try rendering.directory.write("a: 1\n", to: "good.yaml")
      }
      try output.prepare(rendering.directory)
      let before = try await site.tip()
      let ending = try await site.run("write", rendering.flags, expecting: 1)
      #expect(ending.errors.hasPrefix("\(output.outcome): "), "\(ending)")
      #expect(ending.errors.contains(output.named), "\(ending)")
      #expect(ending.output.isEmpty, "\(ending)")
      #expect(try await site.tip() == before)
    }
  }

  @Test("because it is empty leaves what stands, unless that is what is wanted")
  func allowEmpty() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      let empty = Rendering(directory: try site.directory.makeDirectory("empty"))
      let standing = try await site.files()
      try await site.run("write", empty.flags, expecting: 1)
      #expect(try await site.files() == standing)
      let ending = try await site.run("write", empty.flags + ["--allow-empty"])
      #expect(ending.output.hasPrefix("removed  "), "\(ending)")
      #expect(try await site.files().count == standing.count - 1)
    }
  }

  @Test("because it was never rendered is an error of usage")
  func noDirectory() async throws {
    try await withSite { site in
      let missing = Rendering(directory: site.directory.appending(path: "missing"))
      let ending = try await site.run("write", missing.flags, expecting: 2)
      #expect(ending.errors.contains(missing.directory.path), "\(ending)")
    }
  }
}
