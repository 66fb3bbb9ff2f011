import Kratix
import TestSupport
import Testing

/// Kratix's own table of `work-creator/lib/work_creator_test.go`; the ids are those of
/// the conformance list.
@Suite struct WorkTests {
  private static func output(_ files: String...) -> PipelineOutput {
    PipelineOutput(
      workloads: files.map { Workload(filepath: $0, content: Array("of \($0)".utf8)) })
  }

  /// The sample `complete` of Kratix.
  private static let complete = output(
    "baz/baz-namespace-resource-request.yaml", "configmap.yaml",
    "foo/bar/namespace-resource-request.yaml", "foo/multi-resource-requests.yaml")

  private static let selectors = [
    DestinationSelector(
      directory: "", matchLabels: ["environment": "production", "region": "europe"]),
    DestinationSelector(directory: "baz/", matchLabels: ["environment": "staging"]),
  ]

  private static func work(
    _ output: PipelineOutput = complete, type: WorkflowContext.WorkflowType = .resource,
    namespace: String = "default", selectors: [DestinationSelector] = selectors,
    promiseSelectors: [[String: String]] = [["environment": "dev"]],
    pipelineNamespace: String? = nil
  ) throws(KratixError) -> Work {
    try Work(
      output: output,
      context: WorkflowContext(
        type: type, promise: "promise-name", pipeline: "configure-job",
        namespace: type == .promise ? "" : namespace,
        name: type == .promise ? "" : "resource-name"),
      selectors: selectors, scheduling: PromiseScheduling(promise: promiseSelectors),
      pipelineNamespace: pipelineNamespace)
  }

  @Test("C01, C03: a resource's Work is named for Promise, request and pipeline")
  func nameOfAResourcesWork() throws {
    let work = try Self.work()
    #expect(work.resourceName == "resource-name")
    #expect(work.promiseName == "promise-name")
    #expect(work.pipelineName == "configure-job")
    #expect(work.namespace == "default")
    #expect(!work.isDependency)
    #expect(
      work.name.wholeMatch(of: /promise-name-resource-name-configure-job-[0-9a-f]{5}/) != nil)
  }

  @Test("C05: the same input gives the same Work, and the directory's group holds its file alone")
  func repeatedRun() throws {
    let work = try Self.work()
    #expect(try Self.work() == work)
    #expect(work.workloadGroups.count == 2)
    #expect(
      work.workloadGroups[0].workloads == [
        Workload(
          filepath: "baz/baz-namespace-resource-request.yaml",
          content: Array("of baz/baz-namespace-resource-request.yaml".utf8))
      ])
  }

  @Test("C07: other contents change the Work, and not its name")
  func updatedOutput() throws {
    let updated = try Self.work(Self.output("baz/x.yaml", "configmap.yaml"))
    #expect(try updated.name == Self.work().name)
    #expect(try updated != Self.work())
  }

  @Test("C08: a directory has its own labels alone, the rest those of the pipeline and the Promise")
  func groupsAndTheirSelectors() throws {
    let groups = try Self.work().workloadGroups
    #expect(groups.map(\.directory) == ["baz", "."])
    #expect(groups.map(\.shortID) == ["73fef", "5058f"])
    #expect(
      groups[0].destinationSelectors == [
        WorkloadGroupScheduling(
          source: "resource-workflow", matchLabels: ["environment": "staging"])
      ])
    #expect(
      groups[1].workloads.map(\.filepath) == [
        "configmap.yaml", "foo/bar/namespace-resource-request.yaml",
        "foo/multi-resource-requests.yaml",
      ])
    #expect(
      groups[1].destinationSelectors == [
        WorkloadGroupScheduling(
          source: "resource-workflow",
          matchLabels: ["environment": "production", "region": "europe"]),
        WorkloadGroupScheduling(source: "promise", matchLabels: ["environment": "dev"]),
      ])
    #expect(groups[1].effectiveSelector == ["environment": "dev", "region": "europe"])
  }

  @Test("C09: where pipelines have a namespace of their own, the request's is in the name")
  func pipelineNamespace() throws {
    let work = try Self.work(namespace: "my-a-team", pipelineNamespace: "pipelines")
    #expect(work.namespace == "pipelines")
    #expect(
      work.name.wholeMatch(
        of: /promise-name-resource-name-my-a-team-configure-job-[0-9a-f]{5}/) != nil)
    #expect(
      try Self.work(type: .promise, pipelineNamespace: "pipelines").namespace == "pipelines")
  }

  @Test("C10: without a selectors file the rest asks for the Promise's labels alone")
  func promiseSelectorsAlone() throws {
    let groups = try Self.work(selectors: []).workloadGroups
    #expect(groups.map(\.directory) == ["."])
    #expect(groups[0].workloads.count == 4)
    #expect(groups[0].destinationSelectors.map(\.source) == ["promise"])
    let none = try Self.work(selectors: [], promiseSelectors: []).workloadGroups
    #expect(none[0].destinationSelectors.isEmpty)
    #expect(none[0].effectiveSelector.isEmpty)
  }

  @Test("C11: without a namespace the Work is the platform's")
  func emptyNamespace() throws {
    #expect(try Self.work(namespace: "").namespace == "kratix-platform-system")
  }

  @Test("C12: where only the directory has files, there is no other group")
  func onlyTheDirectoryHasFiles() throws {
    let work = try Self.work(Self.output("baz/a.yaml", "baz/b/c.yaml"))
    #expect(work.workloadGroups.map(\.directory) == ["baz"])
    #expect(work.workloadGroups[0].workloads.count == 2)
  }

  @Test("C13: a Promise's Work has no resource, and its workflow's source")
  func promiseWorkflow() throws {
    let work = try Self.work(type: .promise)
    #expect(work.isDependency)
    #expect(work.namespace == "kratix-platform-system")
    #expect(work.name.wholeMatch(of: /promise-name-configure-job-[0-9a-f]{5}/) != nil)
    #expect(
      work.workloadGroups.map { $0.destinationSelectors.map(\.source) } == [
        ["promise-workflow"], ["promise-workflow", "promise"],
      ])
  }

  @Test func theFirstOfThePromisesEntriesWinsOverLaterOnes() throws {
    let work = try Self.work(
      selectors: [], promiseSelectors: [["a": "1", "b": "1"], ["b": "2", "c": "2"]])
    #expect(work.workloadGroups[0].effectiveSelector == ["a": "1", "b": "1", "c": "2"])
  }

  @Test func groupsStandInTheOrderOfTheFileAndTheRestIsLast() throws {
    let names = ["zoo", "foo", "baz"]
    let work = try Self.work(
      Self.output("a.yaml", "baz/x", "foo/x", "zoo/x"),
      selectors: names.map { DestinationSelector(directory: $0, matchLabels: ["a": "b"]) })
    #expect(work.workloadGroups.map(\.directory) == names + ["."])
  }

  @Test func onlyADirectoryAtTheTopIsScheduledByItself() throws {
    let work = try Self.work(
      Self.output("a/baz/x", "baz", "bazaar/y", "z"),
      selectors: [Self.selectors[0]])
    #expect(work.workloadGroups.map(\.directory) == ["."])
    let nested = try Self.work(Self.output("a/baz/x", "baz/y"), selectors: Self.selectors)
    #expect(nested.workloadGroups.map { $0.workloads.map(\.filepath) } == [["baz/y"], ["a/baz/x"]])
  }

  @Test(arguments: [["z"], ["baz"], ["a/baz/x"], ["bazaar/x"], []])
  func aScheduledDirectoryThatHasNoFileIsRefused(files: [String]) {
    let output = PipelineOutput(workloads: files.map { Workload(filepath: $0, content: []) })
    let failure = refusal { () throws(KratixError) in _ = try Self.work(output) }
    #expect(failure?.code == .invalidInput)
    #expect(failure?.message.contains("baz") == true)
  }

  @Test func anEmptyOutputIsAWorkWithoutGroups() throws {
    #expect(try Self.work(PipelineOutput(workloads: []), selectors: []).workloadGroups.isEmpty)
  }

  @Test("S17: the Promise wins over its workflow, and that over the resource's")
  func priorityOfSources() {
    let sources = [
      ("promise-workflow", "dev"), ("promise", "prod"), ("resource-workflow", "staging"),
      ("", "none"), ("unheard-of", "other"),
    ]
    for shift in sources.indices {
      let rotated = sources[shift...] + sources[..<shift]
      let group = WorkloadGroup(
        directory: ".", workloads: [],
        destinationSelectors: rotated.map {
          WorkloadGroupScheduling(source: $0.0, matchLabels: ["environment": $0.1, $0.1: "x"])
        })
      #expect(group.effectiveSelector["environment"] == "prod")
      #expect(group.effectiveSelector.count == 6)
    }
  }
}
