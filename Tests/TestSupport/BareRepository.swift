package import Foundation
package import Git

/// A bare repository of a test, as a server would have it.
package struct BareRepository: Sendable {
  /// Where it is.
  package let directory: URL

  /// The git that made it.
  package let git: GitOracle

  /// Makes an empty repository with the settings given, each `name=value`.
  package init(
    named name: String = "state.git", in parent: URL, git: GitOracle, settings: [String] = [],
    format: String = "sha1"
  ) async throws {
    self.directory = parent.appendingPathComponent(name)
    self.git = git
    try await git(
      "init", "--quiet", "--bare", "--object-format=\(format)", directory.path, in: parent)
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw TestFailure("\(setting) is not name=value") }
      try await git("config", parts[0], parts[1], in: directory)
    }
  }

  /// What makes `upload-pack` hand out filtered packs.
  package static let filters = [
    "uploadpack.allowFilter=true", "uploadpack.allowAnySHA1InWant=true",
  ]

  /// Installs a hook, a shell script without its first line.
  package func hook(_ name: String, _ script: String) throws {
    let file = directory.appendingPathComponent("hooks/\(name)")
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  /// Makes a commit of some files on a parent, without moving any branch.
  package func commit(
    _ files: [String: String], parent: ObjectID? = nil, message: String = "Update"
  ) async throws -> ObjectID {
    var tree = ""
    for (path, content) in files.sorted(by: { $0.key < $1.key }) {
      let blob = try await git(
        "hash-object", "-w", "--stdin", in: directory, input: Array(content.utf8))
      tree += "100644 \(blob)\t\(path)\n"
    }
    // An index of its own for each commit, so that tests may run side by side.
    let index = directory.appendingPathComponent("index-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: index) }
    let environment = git.environment.merging(["GIT_INDEX_FILE": index]) { $1 }
    for arguments in [["update-index", "--add", "--index-info"], ["write-tree"]] {
      let output = try await Program.run(
        "git", arguments, in: directory, environment: environment,
        input: arguments[0] == "write-tree" ? [] : Array(tree.utf8))
      guard output.isSuccess else { throw TestFailure(output.errors) }
      if arguments[0] == "write-tree" { tree = output.text }
    }
    let parents = parent.map { ["-p", $0.hexadecimal] } ?? []
    let text = try await git.output(
      ["commit-tree", tree, "-m", message] + parents, in: directory
    ).text
    guard let id = ObjectID(hexadecimal: text) else { throw TestFailure("no commit: \(text)") }
    return id
  }

  /// Moves a branch to a commit.
  package func setBranch(_ name: String, to id: ObjectID) async throws {
    try await git("update-ref", "refs/heads/\(name)", id.hexadecimal, in: directory)
  }

  /// The pack of what a commit has and another has not.
  package func pack(_ id: ObjectID, without base: ObjectID? = nil) async throws -> [UInt8] {
    let revisions = "\(id.hexadecimal)\n" + (base.map { "^\($0.hexadecimal)\n" } ?? "")
    return try await git.output(
      ["pack-objects", "--revs", "--stdout", "--quiet"], in: directory,
      input: Array(revisions.utf8)
    ).bytes
  }

  /// The ids of everything in a received pack, each with its type.
  package func contents(ofPack pack: [UInt8]) async throws -> [ObjectID: String] {
    let scratch = directory.deletingLastPathComponent()
      .appendingPathComponent("unpacked-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    try await git("init", "--quiet", "--bare", scratch.path, in: directory)
    try await git("unpack-objects", "-q", in: scratch, input: pack)
    let lines = try await git(
      "cat-file", "--batch-check", "--batch-all-objects", in: scratch)
    var contents: [ObjectID: String] = [:]
    for line in lines.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 3, let id = ObjectID(hexadecimal: words[0]) {
        contents[id] = String(words[1])
      }
    }
    return contents
  }
}
