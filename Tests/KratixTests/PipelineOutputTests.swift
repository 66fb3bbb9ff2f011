import Foundation
import Kratix
import TestSupport
import Testing

@Suite struct PipelineOutputTests {
  private struct Directory {
    let url: URL

    func write(_ path: String, _ bytes: [UInt8] = Array("x".utf8)) throws {
      let file = url.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }

    func link(_ path: String, to target: String) throws {
      #expect(symlink(target, url.appendingPathComponent(path).path) == 0)
    }

    func read() throws -> PipelineOutput {
      try PipelineOutput(directory: url.path)
    }

    func refusal() -> KratixError? {
      KratixTests.refusal { () throws(KratixError) in
        _ = try PipelineOutput(directory: url.path)
      }
    }
  }

  private func withDirectory(_ body: (Directory) throws -> Void) async throws {
    try await withTemporaryDirectory { parent in
      let url = parent.appendingPathComponent("output")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
      try body(Directory(url: url))
    }
  }

  @Test func filesComeInKratixsOrder() async throws {
    try await withDirectory { directory in
      let paths = [
        "-dash", ".git/config", ".hidden", "B.yaml", "a-b", "a.yaml", "a/b/c", "a/z", "a0",
        "caf\u{e9}", "foo/bar/x", "foo/multi", "foo/z", "z z",
      ]
      for path in paths.shuffled() { try directory.write(path) }
      try FileManager.default.createDirectory(
        at: directory.url.appendingPathComponent("empty/nested"), withIntermediateDirectories: true)
      // A directory is walked in place, by the bytes of names: `a` before `a-b`, as Go lists them.
      let expected = [
        "-dash", ".git/config", ".hidden", "B.yaml", "a/b/c", "a/z", "a-b", "a.yaml", "a0",
        "caf\u{e9}", "foo/bar/x", "foo/multi", "foo/z", "z z",
      ]
      #expect(try directory.read().workloads.map(\.filepath) == expected)
    }
  }

  @Test func bytesAreKeptAsTheyAre() async throws {
    try await withDirectory { directory in
      let contents: [[UInt8]] = [
        [], [0], Array(0...255), Array("a\r\nb".utf8), [0xFF, 0xFE],
        [UInt8](repeating: 7, count: 1 << 20),
      ]
      for (number, content) in contents.enumerated() { try directory.write("\(number)", content) }
      #expect(try directory.read().workloads.map(\.content) == contents)
    }
  }

  @Test func anEmptyDirectoryIsAnEmptyOutput() async throws {
    try await withDirectory { directory in
      let output = try directory.read()
      #expect(output.workloads.isEmpty)
    }
  }

  @Test func aScheduledDirectoryMayBeEmptyButMustBeThere() async throws {
    try await withDirectory { directory in
      try directory.write("a")
      for name in ["empty", "full/deep"] {
        try FileManager.default.createDirectory(
          at: directory.url.appendingPathComponent(name), withIntermediateDirectories: true)
      }
      try directory.write("full/x/y")
      let output = try directory.read()
      #expect(output.emptyDirectories == ["empty"])
      let context = WorkflowContext(
        type: .resource, promise: "p", pipeline: "c", namespace: "n", name: "r")
      func work(_ name: String) throws -> Work {
        try Work(
          output: output, context: context,
          selectors: [DestinationSelector(directory: name, matchLabels: ["a": "b"])],
          scheduling: PromiseScheduling())
      }
      let groups = try work("empty").workloadGroups
      #expect(groups.map(\.directory) == ["empty", "."])
      #expect(groups[0].workloads.isEmpty)
      #expect(throws: KratixError.self) { try work("missing") }
    }
  }

  @Test func aDirectoryThatIsNotThereIsNamed() {
    let failure = refusal { () throws(KratixError) in
      _ = try PipelineOutput(directory: "/nonexistent/output")
    }
    #expect(failure?.code == .invalidInput)
    #expect(failure?.message.contains("/nonexistent/output: No such file or directory") == true)
  }

  @Test func aFileInPlaceOfTheDirectoryIsRefused() async throws {
    try await withDirectory { directory in
      try directory.write("file")
      let path = directory.url.appendingPathComponent("file").path
      let failure = refusal { () throws(KratixError) in _ = try PipelineOutput(directory: path) }
      #expect(failure?.code == .invalidInput)
      #expect(failure?.message.contains("Not a directory") == true)
    }
  }

  @Test func aLinkToAFileInsideIsReadAsTheFile() async throws {
    try await withDirectory { directory in
      try directory.write("a/real.yaml", Array("real".utf8))
      try directory.link("link.yaml", to: "a/real.yaml")
      try directory.link("a/chain.yaml", to: "../link.yaml")
      try directory.link(
        "absolute.yaml", to: directory.url.appendingPathComponent("a/real.yaml").path)
      let workloads = try directory.read().workloads
      #expect(
        workloads.map(\.filepath)
          == ["a/chain.yaml", "a/real.yaml", "absolute.yaml", "link.yaml"])
      #expect(workloads.allSatisfy { $0.content == Array("real".utf8) })
    }
  }

  @Test func theDirectoryItselfMayBeALink() async throws {
    try await withDirectory { directory in
      try directory.write("a")
      try directory.link("../alias", to: "output")
      let alias = directory.url.deletingLastPathComponent().appendingPathComponent("alias").path
      for path in [alias, alias + "/", directory.url.path + "/../output/."] {
        #expect(try PipelineOutput(directory: path).workloads.map(\.filepath) == ["a"])
      }
    }
  }

  static let links: [(name: String, target: String)] = [
    ("an absolute file outside", "/etc/hostname"), ("a file beside the output", "../secret"),
    ("a directory of a name that begins alike", "../output-other/secret"),
    ("a way out and in again", "../../etc/hostname"), ("nothing", "nothing"),
    ("nothing outside", "/nonexistent"), ("itself", "link"), ("a directory inside", "sub"),
    ("the output itself", "."), ("the parent", ".."), ("the root", "/"), ("a device", "/dev/zero"),
    ("a directory outside", "/etc"), ("another process", "/proc/self/environ"),
  ]

  @Test(arguments: links)
  func aLinkThatLeadsElsewhereThanToAFileInsideIsRefused(name: String, target: String) async throws
  {
    try await withDirectory { directory in
      try directory.write("sub/file")
      try directory.write("../secret")
      try directory.write("../output-other/secret")
      try directory.link("link", to: target)
      let failure = try #require(directory.refusal(), "a link to \(name) was followed")
      #expect(failure.code == .unsafePath)
      #expect(failure.message.contains("link"))
    }
  }

  /// Two directories whose names differ in bytes and are equal to Swift.
  @Test func aLinkToANameThatOnlyLooksLikeTheOutputIsRefused() async throws {
    try await withTemporaryDirectory { parent in
      let output = Directory(url: URL(fileURLWithPath: parent.path + "/caf\u{e9}"))
      try output.write("a")
      #expect(mkdir(parent.path + "/cafe\u{301}", 0o700) == 0)
      try Data("secret".utf8).write(to: URL(fileURLWithPath: parent.path + "/cafe\u{301}/secret"))
      try output.link("link", to: "../cafe\u{301}/secret")
      #expect(output.refusal()?.code == .unsafePath)
    }
  }

  @Test func whatIsNeitherFileNorDirectoryIsRefused() async throws {
    try await withDirectory { directory in
      #expect(mkfifo(directory.url.appendingPathComponent("pipe").path, 0o600) == 0)
      let failure = directory.refusal()
      #expect(failure?.code == .invalidInput)
      #expect(failure?.message.contains("pipe: neither a file nor a directory") == true)
    }
  }

  @Test func aNameThatIsNotUTF8IsRefused() async throws {
    try await withDirectory { directory in
      let path = Array((directory.url.path + "/a").utf8CString.dropLast()) + [-1, 0]
      let file = open(path, O_CREAT | O_WRONLY, 0o600)
      try #require(file >= 0)
      close(file)
      let failure = directory.refusal()
      #expect(failure?.code == .unsafePath)
      #expect(failure?.message.contains("not UTF-8") == true)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root can read everything"))
  func aFileThatCannotBeReadIsRefused() async throws {
    try await withDirectory { directory in
      try directory.write("locked")
      let path = directory.url.appendingPathComponent("locked").path
      #expect(chmod(path, 0) == 0)
      let failure = directory.refusal()
      #expect(failure?.code == .invalidInput)
      #expect(failure?.message.contains("locked: Permission denied") == true)
    }
  }
}
