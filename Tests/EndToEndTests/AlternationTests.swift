import Foundation
import Testing

/// A state store that we and Kratix write by turns, each landing what the other has landed.
@Suite("A store that Kratix writes too", .timeLimit(.minutes(5)))
struct AlternationTests {
  /// One request's outputs, one after another; the last one is its removal.
  private static let outputs: [[String: String]] = [
    ["a.yaml": "a: 1\n", "b/c.yaml": "c: 1\n"],
    ["a.yaml": "a: 2\n", "d.yaml": "d: 1\n"],
    ["a.yaml": "a: 2\n", "b": "a file\n", "e f.yaml": "crlf\r\n"],
    [:],
  ]

  private static let placement = "postgresql-pg-configure-12b21.worker-5058f"

  @Test(
    "never shows a difference", arguments: ["nestedByMetadata", "none", "aggregatedYAML"])
  func alternating(mode: String) async throws {
    try await withSite { site in
      let configuration = try Self.configuration(of: site, mode: mode)
      try await site.runConfigured("init", configuration)
      let kratix = try await KratixWriter(of: site)
      for (index, output) in Self.outputs.enumerated() {
        // By turns the one and the other is first.
        if index.isMultiple(of: 2) {
          try await Self.write(output, to: site, configuration)
          #expect(try await !Self.write(output, with: kratix, mode), "\(index) \(mode)")
        } else {
          #expect(try await Self.write(output, with: kratix, mode))
          let before = try await Self.tree(of: site)
          let ending = try await Self.write(output, to: site, configuration)
          #expect(try await Self.tree(of: site) == before, "\(index) \(mode) \(ending)")
        }
      }
      #expect(try await site.files().allSatisfy { $0.contains("kratix-canary") })
    }
  }

  private static func configuration(of site: Site, mode: String) throws -> [String] {
    let manifests = """
      apiVersion: platform.kratix.io/v1alpha1
      kind: GitStateStore
      metadata: {name: default}
      spec: {url: \(site.repository.path), path: store}
      ---
      apiVersion: platform.kratix.io/v1alpha1
      kind: Destination
      metadata: {name: worker}
      spec:
        path: w
        stateStoreRef: {kind: GitStateStore, name: default}
        filepath: {mode: \(mode)}
      """
    return ["--config", try site.directory.write(manifests, to: "platform.yaml").path]
  }

  /// Lands an output as the pipeline's last container would, or removes the request.
  @discardableResult
  private static func write(
    _ output: [String: String], to site: Site, _ configuration: [String]
  ) async throws -> Statestore.Ending {
    var flags =
      configuration + [
        "--promise", "postgresql", "--name", "pg", "--pipeline", "configure",
        "--work-name", "postgresql-pg-configure-12b21",
      ]
    guard !output.isEmpty else { return try await site.runConfigured("remove", flags) }
    let directory = try site.directory.makeDirectory("output-\(UUID().uuidString)")
    for (path, text) in output { try directory.write(text, to: path) }
    flags += ["--rendered", directory.path]
    return try await site.runConfigured("write", flags)
  }

  /// Lands an output as Kratix would, or removes the request.
  private static func write(
    _ output: [String: String], with kratix: KratixWriter, _ mode: String
  ) async throws -> Bool {
    switch mode {
    case "nestedByMetadata":
      let directory = "store/w/resources/default/postgresql/pg/configure/5058f"
      let files = output.map { ("\(directory)/\($0.key)", $0.value) }
      return try await kratix.write(
        Dictionary(uniqueKeysWithValues: files), replacing: directory, as: placement)
    case "none":
      let stateFile = "store/w/.kratix/default-\(placement).yaml"
      let old =
        try await kratix.read(stateFile)?.split(separator: "\n").dropFirst()
        .map { "store/" + $0.dropFirst(2) } ?? []
      var files = Dictionary(uniqueKeysWithValues: output.map { ("store/w/\($0.key)", $0.value) })
      let stale = old.filter { files[$0] == nil }
      guard !output.isEmpty else {
        return try await kratix.write([:], deleting: stale + [stateFile], as: placement)
      }
      files[stateFile] = "files:\n" + output.keys.sorted().map { "- w/\($0)\n" }.joined()
      return try await kratix.write(files, deleting: stale, as: placement)
    default:
      let text = output.sorted { $0.key < $1.key }.map(\.value).joined(separator: "\n---\n")
      return try await output.isEmpty
        ? kratix.write([:], deleting: ["store/w/aggregated.yaml"], as: placement)
        : kratix.write(["store/w/aggregated.yaml": text], as: placement)
    }
  }

  /// The files of the branch with their blobs, but for what Kratix does not have: our state files of
  /// the mode `aggregatedYAML`.
  private static func tree(of site: Site) async throws -> [Substring] {
    try await site.git("ls-tree", "-r", "main").split(separator: "\n")
      .filter { !$0.hasSuffix(".placement") }
  }
}
