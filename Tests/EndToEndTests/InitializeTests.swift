import Foundation
import TestSupport
import Testing

@Suite("statestore init", .timeLimit(.minutes(5)))
struct InitializeTests {
  private func initialize(
    _ path: String, _ arguments: [String] = [], in directory: URL
  ) async throws -> Statestore.Ending {
    try await Statestore(in: directory).run(
      ["init", "--repo", path, "--destination", "worker"] + arguments)
  }

  @Test("makes a repository where there is nothing, and in an empty directory")
  func newRepositories() async throws {
    try await withTemporaryDirectory { directory in
      try FileManager.default.createDirectory(
        at: directory.appending(path: "empty"), withIntermediateDirectories: false)
      let git = try GitOracle(in: directory)
      for name in ["empty", "missing/below.git"] {
        let path = directory.appending(path: name)
        let ending = try await initialize(path.path, in: directory)
        #expect(ending.status == 0, "\(ending)")
        try await git("rev-parse", "--verify", "main", in: path)
        #expect(try await initialize(path.path, in: directory).status == 0)
      }
    }
  }

  @Test(
    "leaves a file, and a directory with files in it, as they are", arguments: ["file", "full"])
  func occupied(name: String) async throws {
    try await withTemporaryDirectory { directory in
      try directory.write("kept", to: name == "file" ? name : "\(name)/kept")
      let path = directory.appending(path: name).path
      let ending = try await initialize(path, in: directory)
      #expect(ending.status == 2)
      #expect(ending.errors.contains(path))
      #expect(ending.errors.hasPrefix("invalid-configuration: "), "\(ending)")
      let left = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        .filter { $0.hasPrefix(name) }
      #expect(left.sorted() == (name == "file" ? [name] : [name, "\(name)/kept"]))
    }
  }

  @Test("that fails leaves no repository behind", arguments: ["made.git", "empty"])
  func failed(name: String) async throws {
    try await withTemporaryDirectory { directory in
      try FileManager.default.createDirectory(
        at: directory.appending(path: "empty"), withIntermediateDirectories: false)
      let path = directory.appending(path: name).path
      // A path that leads out of the repository is found when the canary files are laid out.
      try directory.write(
        """
        apiVersion: platform.kratix.io/v1alpha1
        kind: GitStateStore
        metadata: {name: default}
        spec: {url: '\(path)', branch: main}
        ---
        apiVersion: platform.kratix.io/v1alpha1
        kind: Destination
        metadata: {name: worker}
        spec: {path: ../out, stateStoreRef: {name: default, kind: GitStateStore}}
        """, to: "platform.yaml")
      let platform = directory.appending(path: "platform.yaml").path
      let ending = try await Statestore(in: directory).run(["init", "--config", platform])
      #expect(ending.status != 0, "\(ending)")
      #expect(ending.errors.contains("../out"), "\(ending)")
      let left = try? FileManager.default.contentsOfDirectory(atPath: path)
      #expect(left == (name == "empty" ? [] : nil))
    }
  }
}
