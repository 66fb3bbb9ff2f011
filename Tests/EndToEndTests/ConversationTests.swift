import Foundation
import TestSupport
import Testing

/// How often a write asks a Git server: each conversation is a round through a network, or more.
@Suite("A write converses", .timeLimit(.minutes(5)))
struct ConversationTests {
  @Test(
    "twice with the one state store at most",
    arguments: ["nestedByMetadata", "none", "aggregatedYAML"])
  func alone(mode: String) async throws {
    try await withSite { site in
      let bench = try await Bench(site, mode, stores: ["one"], labels: ["dev"])
      #expect(try await bench.write() == ["one": 2])
      #expect(try await bench.write() == ["one": 1])
      try bench.render("2")
      #expect(try await bench.write() == ["one": 2])
    }
  }

  @Test(
    "once with a state store that it does not concern",
    arguments: ["nestedByMetadata", "none", "aggregatedYAML"])
  func other(mode: String) async throws {
    try await withSite { site in
      let bench = try await Bench(site, mode, stores: ["one", "two"], labels: ["dev", "prod"])
      #expect(try await bench.write(["--dry-run"]) == ["one": 1, "two": 1])
      #expect(try await bench.write() == ["one": 2, "two": 1])
      #expect(try await bench.write(["--relocate"]) == ["one": 1, "two": 1])
    }
  }

  @Test("twice with each of two that it concerns", arguments: ["nestedByMetadata", "none"])
  func both(mode: String) async throws {
    try await withSite { site in
      let bench = try await Bench(site, mode, stores: ["one", "two"], labels: ["dev", "dev"])
      let metadata = try bench.renderForEach()
      #expect(try await bench.write(metadata) == ["one": 2, "two": 2])
      #expect(try await bench.write(metadata + ["--relocate"]) == ["one": 1, "two": 1])
    }
  }

  @Test("twice with each of two between which it moves")
  func moved() async throws {
    try await withSite { site in
      let bench = try await Bench(
        site, "nestedByMetadata", stores: ["one", "two"], labels: ["dev", "prod"])
      #expect(try await bench.write() == ["one": 2, "two": 1])
      try bench.configure(labels: ["prod", "dev"])
      #expect(try await bench.write(["--relocate"]) == ["one": 2, "two": 2])
      #expect(try await bench.count("one", "a.yaml") == 0)
      #expect(try await bench.count("two", "a.yaml") == 1)
    }
  }
}

/// State stores whose servers leave a line in a file for each conversation.
private struct Bench {
  private let site: Site
  private let stores: [String]
  private let mode: String
  private var log: URL { site.directory.appending(path: "conversations") }
  private var config: String { site.directory.appending(path: "platform.yaml").path }

  init(_ site: Site, _ mode: String, stores: [String], labels: [String]) async throws {
    self.site = site
    self.stores = stores
    self.mode = mode
    let git = try site.directory.write(
      """
      #!/bin/sh
      for last; do :; done
      case $1 in upload-pack | receive-pack) echo "$last" >> '\(log.path)' ;; esac
      PATH=${PATH#*:}
      exec git "$@"
      """, to: "bin/git")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: git.path)
    try configure(labels: labels)
    try render("1")
    for store in stores {
      try await site.git("init", "--bare", "--quiet", "--initial-branch", "main", path(of: store))
    }
    try await site.runConfigured("init", ["--config", config])
  }

  func configure(labels: [String]) throws {
    let objects = zip(stores, labels).map { store, label in
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: GitStateStore
      metadata: {name: \(store)}
      spec: {url: "\(path(of: store))", branch: main}
      ---
      apiVersion: platform.kratix.io/v1alpha1
      kind: Destination
      metadata: {name: at-\(store), labels: {environment: \(label), at: \(store)}}
      spec:
        path: at-\(store)
        stateStoreRef: {kind: GitStateStore, name: \(store)}
        filepath: {mode: \(mode)}
      """
    }
    try site.directory.write(objects.joined(separator: "\n---\n"), to: "platform.yaml")
  }

  func render(_ value: String) throws {
    try site.directory.write(
      "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: '\(value)'}}\n",
      to: "output/a.yaml")
  }

  /// Renders a directory for each state store, and gives the flags with the selectors of both.
  func renderForEach() throws -> [String] {
    for store in stores {
      try site.directory.write(
        "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: \(store)}}\n",
        to: "output/\(store)/a.yaml")
    }
    try FileManager.default.removeItem(at: site.directory.appending(path: "output/a.yaml"))
    let selectors = stores.map { "- {directory: \($0), matchLabels: {at: \($0)}}" }
    try site.directory.write(
      selectors.joined(separator: "\n"), to: "metadata/destination-selectors.yaml")
    return ["--metadata", site.directory.appending(path: "metadata").path]
  }

  /// Writes, and counts the conversations with each state store.
  func write(_ flags: [String] = []) async throws -> [String: Int] {
    try? FileManager.default.removeItem(at: log)
    let rendering = Rendering(directory: site.directory.appending(path: "output")).flags
    let path = "\(site.directory.path)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    try await site.runConfigured(
      "write", ["--config", config, Fixture.path("postgresql/promise.yaml")] + rendering + flags,
      environment: ["PATH": path])
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    return lines.reduce(into: [:]) { counts, line in
      for store in stores where line.contains("\(store).git") { counts[store, default: 0] += 1 }
    }
  }

  /// How many files of a name the branch of a state store has.
  func count(_ store: String, _ name: String) async throws -> Int {
    try await site.git.output(
      ["ls-tree", "-r", "--name-only", "main"], in: URL(filePath: path(of: store))
    ).text.split(separator: "\n").count { $0.hasSuffix(name) }
  }

  private func path(of store: String) -> String {
    site.directory.appending(path: "\(store).git").path
  }
}
