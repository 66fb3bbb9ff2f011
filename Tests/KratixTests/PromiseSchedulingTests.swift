import Foundation
import Kratix
import Manifests
import TestSupport
import Testing

/// The file `promise-scheduling` that Kratix mounts for its own containers.
@Suite struct PromiseSchedulingTests {
  private func read(_ text: String) async throws -> PromiseScheduling {
    try await withTemporaryDirectory { directory in
      let file = directory.appendingPathComponent("promise-scheduling")
      try Data(text.utf8).write(to: file)
      return try PromiseScheduling(file: file.path)
    }
  }

  @Test(
    "C08: it is read in any case, by its sources, and the first entry of each wins",
    arguments: ["matchlabels", "matchLabels", "MATCHLABELS"])
  func sources(key: String) async throws {
    let scheduling = try await read(
      """
      - {\(key): {environment: dev, a: true}, source: promise}
      - {\(key): {environment: prod}, source: promise}
      - {\(key): {workflow: label}, source: promise-workflow}
      - {\(key): {dropped: label}, source: resource-workflow}
      - {\(key): {dropped: label}}
      """)
    #expect(
      scheduling
        == PromiseScheduling(
          promise: [["environment": "dev", "a": "true"], ["environment": "prod"]],
          promiseWorkflow: [["workflow": "label"]]))
    let work = try Work(
      output: PipelineOutput(workloads: [Workload(filepath: "a", content: [])]),
      context: WorkflowContext(
        type: .resource, promise: "p", pipeline: "c", namespace: "default", name: "r"),
      selectors: [], scheduling: scheduling)
    #expect(
      work.workloadGroups[0].destinationSelectors == [
        WorkloadGroupScheduling(source: "promise-workflow", matchLabels: ["workflow": "label"]),
        WorkloadGroupScheduling(
          source: "promise", matchLabels: ["environment": "dev", "a": "true"]),
      ])
  }

  @Test(arguments: ["", "[]", "null\n"]) func nothingIsAskedByNothing(text: String) async throws {
    #expect(try await read(text) == PromiseScheduling())
  }

  @Test(arguments: ["a: b", "- [", "- {matchlabels: [a], source: promise}"])
  func whatCannotBeReadIsRefused(text: String) async {
    await #expect(throws: ManifestError.self) { _ = try await read(text) }
  }
}
