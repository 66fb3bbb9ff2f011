import Foundation
import Testing

@Suite("What a pipeline's metadata asks for", .timeLimit(.minutes(5)))
struct WorkloadGroupTests {
  /// An output of two groups: one for the platform, the rest for the worker.
  private struct Pipeline {
    let rendering: Rendering
    let arguments: [String]
    let environment: [String: String]
    let metadata: URL

    init(_ site: Site, name: String = "postgres-example") throws {
      rendering = Rendering(
        directory: try site.directory.makeDirectory("output-\(name)"), name: name)
      try rendering.directory.write("a: 1\n", to: "instance.yaml")
      try rendering.directory.write("b: 1\n", to: "dashboards/board.yaml")
      metadata = try site.directory.makeDirectory("metadata-\(name)")
      try metadata.write(
        "- directory: dashboards\n  matchLabels: {environment: platform}\n",
        to: "destination-selectors.yaml")
      arguments = ["--rendered", rendering.directory.path, "--metadata", metadata.path]
      environment = site.container(of: rendering, configuration: try site.configuration())
    }
  }

  /// The files of the branch without the canaries.
  private func files(_ site: Site) async throws -> [String] {
    try await site.files().filter { !$0.contains("kratix-canary") }
  }

  @Test("sends each group to its own Destination, and takes away those that are no more")
  func groups() async throws {
    try await withSite { site in
      let pipeline = try Pipeline(site)
      try await site.runConfigured("write", pipeline.arguments, environment: pipeline.environment)
      let landed = try await files(site)
      let board = try #require(landed.first)
      #expect(landed.count == 2)
      #expect(board.hasPrefix(pipeline.rendering.place(at: "platform") + "/"))
      #expect(board.hasSuffix("/dashboards/board.yaml"))
      #expect(landed.last == "\(pipeline.rendering.defaultPlace())/instance.yaml")
      try await site.runConfigured("verify", pipeline.arguments, environment: pipeline.environment)

      try FileManager.default.removeItem(
        at: pipeline.rendering.directory.appending(path: "dashboards"))
      try FileManager.default.removeItem(
        at: pipeline.metadata.appending(path: "destination-selectors.yaml"))
      let ending = try await site.runConfigured(
        "write", pipeline.arguments, environment: pipeline.environment)
      #expect(ending.output.contains("removed  "), "\(ending)")
      #expect(try await files(site) == ["\(pipeline.rendering.defaultPlace())/instance.yaml"])
    }
  }

  @Test("is removed by a delete workflow, and nothing else with it")
  func delete() async throws {
    try await withSite { site in
      let (first, second) = (try Pipeline(site), try Pipeline(site, name: "other"))
      for pipeline in [first, second] {
        try await site.runConfigured("write", pipeline.arguments, environment: pipeline.environment)
      }
      let all = try await files(site)
      #expect(all.count == 4)
      var environment = first.environment
      environment["KRATIX_WORKFLOW_ACTION"] = "delete"
      // What a delete workflow renders is nobody's business.
      try first.rendering.directory.write("c: 1\n", to: "new.yaml")
      for outcome in ["removed", "unchanged"] {
        let ending = try await site.runConfigured(
          "write", first.arguments, environment: environment)
        #expect(ending.output.hasPrefix("\(outcome)  "), "\(ending)")
        #expect(try await files(site) == all.filter { !$0.contains("/postgres-example/") })
      }
    }
  }

  @Test(
    "C14, C15: holds a write back, which says so",
    arguments: [
      ("suspend: true\nmessage: waiting for an approval\n", "waiting for an approval"),
      ("retryAfter: 5m\n", "5m"),
    ])
  func suspension(control: String, words: String) async throws {
    try await withSite { site in
      let pipeline = try Pipeline(site)
      try pipeline.metadata.write(control, to: "workflow-control.yaml")
      let before = try await site.tip()
      let ending = try await site.runConfigured(
        "write", pipeline.arguments, environment: pipeline.environment)
      #expect(ending.output.hasPrefix("unchanged: nothing was written: "), "\(ending)")
      #expect(ending.output.contains(words), "\(ending)")
      #expect(try await site.tip() == before)
    }
  }
}
