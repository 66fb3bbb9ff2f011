import Foundation
import Manifests
import Testing

@Suite("In a pipeline's container", .timeLimit(.minutes(5)))
struct PipelineContainerTests {
  @Test("write needs no flags but those of the directories, and tells Kratix what it did")
  func container() async throws {
    try await withSite { site in
      let environment = site.container(of: .small, configuration: try site.configuration())
      let status = try site.directory.write("message: ready\nnodes: [a, b]\n", to: "status.yaml")
      let termination = try site.directory.write("what was there before", to: "termination-log")
      let receipt = site.directory.appending(path: "receipt.json")
      try await site.runConfigured(
        "write",
        [
          "--rendered", Rendering.small.directory.path, "--metadata", site.directory.path,
          "--status-file", status.path, "--termination-log", termination.path,
          "--receipt", receipt.path,
        ], environment: environment)

      let tip = try await site.tip()
      let told = try read(status)
      #expect(told["message"]?.string == "ready")
      #expect(told["nodes"]?.sequence?.count == 2)
      #expect(told.value(at: "/stateStore/commit")?.string == tip)
      #expect(told.value(at: "/stateStore/branch")?.string == "main")
      #expect(told.value(at: "/stateStore/destinations/0")?.string == "worker")
      #expect(told.value(at: "/stateStore/landedAt")?.string?.hasSuffix("Z") == true)
      let last = try String(contentsOf: termination, encoding: .utf8)
      #expect(last == "landed: \(tip.prefix(7)) on main\n")
      #expect(try read(receipt).value(at: "/receipts/0/commit")?.string == tip)
      let subject = try await site.git("log", "-1", "--format=%an: %s", "main")
      #expect(
        subject.hasPrefix("kratix: Update from: postgresql-postgres-example-instance-configure-"))
    }
  }

  @Test("a failure stands in the termination log in one line, and leaves no receipt")
  func failure() async throws {
    try await withSite { site in
      let environment = site.container(of: .small, configuration: try site.configuration())
      let empty = try site.directory.makeDirectory("empty")
      let termination = site.directory.appending(path: "termination-log")
      let receipt = site.directory.appending(path: "receipt.json")
      try await site.runConfigured(
        "write",
        [
          "--rendered", empty.path, "--termination-log", termination.path,
          "--receipt", receipt.path, "--status-file", receipt.path,
        ], environment: environment, expecting: 1)
      let last = try String(contentsOf: termination, encoding: .utf8)
      #expect(last.hasPrefix("empty-output: "))
      #expect(last.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: receipt.path))
    }
  }

  @Test(
    "a file that could not be written is found before anything lands",
    arguments: ["no-such-directory/file", "directory", "list.yaml"])
  func fileThatCannotBeWritten(name: String) async throws {
    try await withSite { site in
      _ = try site.directory.makeDirectory("directory")
      try site.directory.write("- a\n", to: "list.yaml")
      let before = try await site.tip()
      let path = site.directory.appending(path: name).path
      let termination = site.directory.appending(path: "termination-log")
      let ending = try await site.run(
        "write",
        Rendering.small.flags + ["--status-file", path, "--termination-log", termination.path],
        expecting: 2)
      #expect(ending.errors.contains(path), "\(ending)")
      #expect(try await site.tip() == before)
      let last = try String(contentsOf: termination, encoding: .utf8)
      #expect(last.hasPrefix("invalid-") && last.contains(path))
    }
  }

  @Test("a full disk after the landing loses no file, and does not hide the landing")
  func fullDisk() async throws {
    try await withSite { site in
      let status = try site.directory.write("message: ready\n", to: "status.yaml")
      let termination = site.directory.appending(path: "termination-log")
      let ending = try await site.run(
        "write",
        Rendering.small.flags + [
          "--receipt", "/dev/full", "--status-file", status.path,
          "--termination-log", termination.path,
        ], expecting: 3)
      #expect(ending.output.hasPrefix("landed  "), "\(ending)")
      #expect(ending.errors.contains("/dev/full: cannot be written: "), "\(ending)")
      let tip = try await site.tip()
      #expect(try read(status).value(at: "/stateStore/commit")?.string == tip)
      #expect(try read(status)["message"]?.string == "ready")
      let last = try String(contentsOf: termination, encoding: .utf8)
      #expect(last.hasPrefix("landed: \(tip.prefix(7)) on main; /dev/full: cannot be written: "))
    }
  }

  @Test("a status file is replaced as a whole, also where it is named by a link")
  func replacedAsAWhole() async throws {
    try await withSite { site in
      let status = try site.directory.write("message: ready\n", to: "status.yaml")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o640], ofItemAtPath: status.path)
      let former = site.directory.appending(path: "former.yaml")
      try FileManager.default.linkItem(at: status, to: former)
      let link = site.directory.appending(path: "link.yaml")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: status)
      try await site.run("write", Rendering.small.flags + ["--status-file", link.path])
      #expect(try read(status).value(at: "/stateStore/branch")?.string == "main")
      #expect(try read(former)["stateStore"] == nil)
      let attributes = try FileManager.default.attributesOfItem(atPath: status.path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == status.path)
    }
  }

  /// What somebody does to the repository, and the rule that names it.
  struct Interference: Sendable, CustomTestStringConvertible {
    let rule: String
    let file: String
    let text: String?

    var testDescription: String { rule }

    static let all = [
      Interference(rule: "modified-file", file: "postgresql-instance.yaml", text: "a: 1\n"),
      Interference(rule: "missing-file", file: "postgresql-instance.yaml", text: nil),
      Interference(rule: "orphan-file", file: "surprise.yaml", text: "a: 1\n"),
    ]
  }

  @Test("a receipt holds until somebody touches what landed", arguments: Interference.all)
  func receipt(interference: Interference) async throws {
    try await withSite { site in
      let receipt = ["--receipt", site.directory.appending(path: "receipt.json").path]
      let output = try site.directory.makeDirectory("output")
      try output.write("b: 1\n", to: "other.yaml")
      try output.write("b: 2\n", to: "postgresql-instance.yaml")
      let rendering = Rendering(directory: output)
      try await site.run("write", rendering.flags + receipt)
      try await site.run("verify", receipt)

      let file = "\(rendering.defaultPlace())/\(interference.file)"
      try await site.commitAsSomebody([file: interference.text])
      let ending = try await site.run("verify", receipt + ["-o", "json"], expecting: 1)
      let report = try ending.document()
      let findings = report.value(at: "/resources/0/findings")?.sequence ?? []
      #expect(findings.map { $0["rule"]?.string } == [interference.rule, "foreign-commit"])
      #expect(findings.first?["file"]?.string == file)
      let introduced = findings.first?.value(at: "/introduced/id")?.string
      #expect(introduced == (try await site.tip()))
    }
  }

  private func read(_ file: URL) throws -> Node {
    let file = try ManifestFile(parsing: try Data(contentsOf: file), name: file.path)
    return try #require(file.documents.first?.root)
  }
}
