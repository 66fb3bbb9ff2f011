import Foundation
import Testing

@Suite("A removal", .timeLimit(.minutes(5)))
struct RemoveTests {
  @Test("by a delete workflow takes what other Pipelines of the request have written")
  func deleteWorkflow() async throws {
    try await withSite { site in
      let before = try await site.git("rev-parse", "main^{tree}")
      try await site.run("write", Rendering.small.flags)
      var environment = site.container(
        of: .small, configuration: try site.configuration(), action: "delete")
      environment["KRATIX_PIPELINE_NAME"] = "instance-delete"
      let ending = try await site.runConfigured(
        "write", ["--rendered", "/nonexistent", "--metadata", "/nonexistent"],
        environment: environment)
      #expect(ending.output.hasPrefix("removed  postgresql-postgres-example-instance-configure-"))
      #expect(try await site.git("rev-parse", "main^{tree}") == before)
    }
  }

  @Test("takes one request away and leaves every other file as it was")
  func request() async throws {
    try await withSite { site in
      let before = try await site.git("rev-parse", "main^{tree}")
      try await site.run("write", Rendering.small.flags)
      let landed = try await site.tip()
      let flags = Array(Rendering.small.flags.dropFirst(2))
      let rehearsal = try await site.run("remove", flags + ["--dry-run"])
      #expect(rehearsal.output.contains("+++ /dev/null"), "\(rehearsal)")
      #expect(try await site.tip() == landed)

      let receipt = site.directory.appending(path: "receipt.json")
      let ending = try await site.run("remove", flags + ["--receipt", receipt.path])
      #expect(ending.output.hasPrefix("removed  postgresql-postgres-example-"), "\(ending)")
      #expect(try await site.git("rev-parse", "main^{tree}") == before)
      #expect(try await site.git("log", "-1", "--format=%s", "main").hasPrefix("Delete from: "))
      #expect(FileManager.default.fileExists(atPath: receipt.path))
      let again = try await site.run("remove", flags)
      #expect(again.output.hasPrefix("unchanged  nothing of it is there"), "\(again)")
    }
  }

  @Test("of what Kratix wrote in the mode none is refused, and the remedy that it names works")
  func remedies() async throws {
    try await withSite { site in
      let name = "postgresql-pg-configure-12b21"
      let before = try await site.git("rev-parse", "main^{tree}")
      try await site.commitAsSomebody([
        "worker/.kratix/default-\(name).worker-5058f.yaml": "files:\n- worker/a.yaml\n",
        "worker/a.yaml": "kind: ConfigMap\n",
      ])
      let config = try site.directory.write(
        """
        apiVersion: platform.kratix.io/v1alpha1
        kind: GitStateStore
        metadata: {name: default}
        spec: {url: \(site.repository.path)}
        ---
        apiVersion: platform.kratix.io/v1alpha1
        kind: Destination
        metadata: {name: worker}
        spec:
          path: worker
          stateStoreRef: {kind: GitStateStore, name: default}
          filepath: {mode: none}
        """, to: "platform.yaml")
      let flags = ["--config", config.path, "--promise", "postgresql", "--name", "pg"]
      for action in [["remove"], ["write", "--workflow-action", "delete"]] {
        let refused = try await site.runConfigured(
          action[0], action.dropFirst() + flags, environment: ["KRATIX_PIPELINE_NAME": "delete"],
          expecting: 1)
        #expect(refused.errors.contains("--work-name \(name)"), "\(refused)")
      }
      let untold = try await site.runConfigured(
        "remove", flags + ["--work-name", "another"], expecting: 2)
      #expect(untold.errors.contains("--pipeline"), "\(untold)")
      try await site.runConfigured("remove", flags + ["--work-name", name])
      #expect(try await site.git("rev-parse", "main^{tree}") == before)
    }
  }

  @Test("names what is left where no Destination is any more, and takes it with --everywhere")
  func everywhere() async throws {
    try await withSite { site in
      func configuration(_ path: String) throws -> [String] {
        let text = """
          apiVersion: platform.kratix.io/v1alpha1
          kind: GitStateStore
          metadata: {name: default}
          spec: {url: \(site.repository.path)}
          ---
          apiVersion: platform.kratix.io/v1alpha1
          kind: Destination
          metadata: {name: dev}
          spec: {path: \(path), stateStoreRef: {kind: GitStateStore, name: default}}
          """
        return ["--config", try site.directory.write(text, to: "platform.yaml").path]
      }
      let write = Rendering.small.flags
      let request = Array(write.dropFirst(2))
      try await site.runConfigured("write", try configuration("clusters/old") + write)
      let moved = try configuration("clusters/new")
      try await site.runConfigured("write", moved + write)
      let removal = try await site.runConfigured("remove", moved + request)
      #expect(removal.output.contains("left  clusters/old/resources/default/"), "\(removal)")
      try await site.runConfigured("remove", moved + request + ["--everywhere"])
      #expect(try await site.files().allSatisfy { !$0.hasPrefix("clusters/") })

      try await site.runConfigured("write", try configuration("clusters/old") + write)
      try await site.runConfigured("write", try configuration("clusters/new") + write)
      let verify =
        moved + [
          "--request", Fixture.directory("postgresql/requests").appending(path: "small.yaml").path,
        ]
      let copied = try await site.runConfigured("verify", verify, expecting: 1)
      #expect(copied.output.contains("error misplaced"), "\(copied)")
      try await site.runConfigured("write", moved + write + ["--relocate"])
      let files = try await site.files()
      #expect(files.contains { $0.hasPrefix("clusters/new/resources/") }, "\(files)")
      #expect(!files.contains { $0.hasPrefix("clusters/old/resources/") }, "\(files)")

      // What a Destination of another platform has stays.
      let flags = ["--destination", "other"] + write
      try await site.run("write", flags)
      let others = try await site.git("rev-parse", "main:other")
      try await site.runConfigured("write", moved + write + ["--relocate"])
      #expect(try await site.git("rev-parse", "main:other") == others)
      let found = try await site.runConfigured("verify", verify)
      #expect(found.output.contains("warning misplaced"), "\(found)")
    }
  }
}
