import Foundation
import Manifests
import TestSupport
import Testing

@Suite("Verification of several state stores", .timeLimit(.minutes(5)))
struct SeveralStoresTests {
  private static func platform(_ address: String, _ other: String) -> String {
    let stores = [("one", address, "a"), ("two", other, "b")]
    return stores.map { name, url, destination in
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: GitStateStore
      metadata: {name: \(name)}
      spec: {url: "\(url)", branch: main}
      ---
      apiVersion: platform.kratix.io/v1alpha1
      kind: Destination
      metadata: {name: \(destination), labels: {environment: dev, at: \(destination)}}
      spec: {path: \(destination), stateStoreRef: {kind: GitStateStore, name: \(name)}}
      """
    }.joined(separator: "\n---\n")
  }

  @Test("holds each against what belongs there, and ends with the worst")
  func both() async throws {
    try await withSite { site in
      let other = site.directory.appending(path: "two.git").path
      try await site.git("init", "--bare", "--quiet", "--initial-branch", "main", other)
      try await empty(other, site)
      let file = try site.directory.write(
        Self.platform(site.address, other), to: "platform.yaml")
      let output = try site.directory.makeDirectory("output")
      try output.write(
        "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n", to: "a/a.yaml")
      try output.write(
        "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n", to: "b/b.yaml")
      let selectors = try site.directory.write(
        """
        - {directory: a, matchLabels: {at: a}}
        - {directory: b, matchLabels: {at: b}}
        """, to: "metadata/destination-selectors.yaml")
      let metadata = ["--metadata", selectors.deletingLastPathComponent().path]
      let config = ["--config", file.path, Fixture.path("postgresql/promise.yaml")]
      let rendering = Rendering(directory: output).flags + metadata
      let path = site.directory.appending(path: "receipt.json").path
      try await site.runConfigured("write", config + rendering + ["--receipt", path])

      for source in [rendering, ["--receipt", path]] {
        let ending = try await site.runConfigured("verify", config + source + ["-o", "json"])
        let reports = try #require(ending.document().sequence)
        #expect(reports.map { $0.value(at: "/stateStore/name")?.string } == ["one", "two"])
        #expect(reports.map { $0.value(at: "/summary/landed")?.integer } == [1, 1], "\(ending)")
      }
      let one = try await site.runConfigured(
        "verify", config + ["--receipt", path, "--destination", "b", "-o", "json"])
      #expect(try one.document().value(at: "/stateStore/name")?.string == "two")

      try await empty(other, site)
      for source in [rendering, ["--receipt", path]] {
        let ending = try await site.runConfigured("verify", config + source, expecting: 1)
        #expect(ending.output.contains("1 of 1 landed"), "\(ending)")
        #expect(ending.output.contains("not-landed"), "\(ending)")
      }
    }
  }

  @Test("searches all of them for a request, and keeps what it found of each")
  func requests() async throws {
    try await withSite { site in
      let other = site.directory.appending(path: "two.git").path
      try await site.git("init", "--bare", "--quiet", "--initial-branch", "main", other)
      try await empty(other, site)
      try await empty(site.repository.path, site)
      let file = try site.directory.write(
        Self.platform(site.address, other), to: "platform.yaml")
      let config = ["--config", file.path, Fixture.path("postgresql/promise.yaml")]
      let request = ["--request", Fixture.path("postgresql/requests/small.yaml")]
      let quiet = ["--rule", "plaintext-secret=off"]
      let never = try await site.runConfigured("verify", config + request, expecting: 1)
      #expect(never.output.contains("1 missing"), "\(never)")
      #expect(never.output.contains("0 of 0 landed"), "\(never)")

      try await site.runConfigured(
        "write", config + Rendering.small.flags + ["--destination", "b"])
      let state = site.directory.appending(path: "state").path
      for flags in [request, request + ["--wait", "1s"], ["--all"], request + ["--all"]] {
        for state in [[], ["--state", state], ["--state", state]] {
          let ending = try await site.runConfigured("verify", config + flags + state + quiet)
          #expect(ending.output.contains("1 of 1 landed"), "\(flags) \(ending)")
          #expect(ending.output.contains("0 of 0 landed"), "\(flags) \(ending)")
        }
      }
      let signs = [
        "junit": "<testsuite name=\"b\"", "sarif": "\"statestore/two/\"",
        "github": "::notice title=statestore::1 of 1 landed",
        "prometheus": "store=\"two\",branch=\"main\",verdict=\"landed\"} 1",
        "yaml": "name: two", "json": "\"name\": \"two\"",
      ]
      for (format, sign) in signs {
        let ending = try await site.runConfigured(
          "verify", config + request + quiet + ["-o", format])
        #expect(ending.output.contains(sign), "\(ending)")
      }

      // One that cannot be reached does not hide what is known of the other.
      try FileManager.default.removeItem(at: site.repository)
      let half = try await site.runConfigured("verify", config + ["--all"], expecting: 3)
      #expect(half.output.contains("1 of 1 landed"), "\(half)")
      #expect(half.errors.contains(site.address), "\(half)")
      let metrics = try await site.runConfigured(
        "verify", config + ["--all", "-o", "prometheus"], expecting: 3)
      for (name, isUp) in [("one", 0), ("two", 1)] {
        let line = "statestore_store_up{store=\"\(name)\",branch=\"main\"} \(isUp)\n"
        #expect(metrics.output.contains(line), "\(metrics)")
      }
    }
  }

  /// Gives the branch a commit without files.
  private func empty(_ repository: String, _ site: Site) async throws {
    let tree = try await site.git("--git-dir", repository, "write-tree")
    let commit = try await site.git(
      "--git-dir", repository, "-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", "-m",
      "Empty", tree)
    try await site.git("--git-dir", repository, "update-ref", "refs/heads/main", commit)
  }
}
