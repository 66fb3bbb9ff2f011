import Foundation
import Kratix
import Manifests
import TestSupport
import Testing

/// Works as `kubectl` prints them, and as we do.
@Suite struct WorkManifestTests {
  /// `hello: world\n` as Go's compressor packs it (a flush before its end), in base64: what a cluster holds.
  private static let packed = "H4sIAAAAAAAA/8pIzcnJt1Iozy/KSeECAAAA//8DAP9M8E4NAAAA"

  private static func works(_ text: String) throws -> [Work] {
    try Work.works(in: ManifestFile(parsing: text, name: "works.yaml"))
  }

  private static let printed = """
    apiVersion: v1
    kind: List
    items:
    - apiVersion: platform.kratix.io/v1alpha1
      kind: Work
      metadata:
        creationTimestamp: "2026-11-23T18:31:00Z"
        finalizers: [kratix.io/work-cleanup]
        generation: 2
        labels:
          kratix.io/pipeline-name: instance-configure
          kratix.io/promise-name: postgresql
          kratix.io/resource-name: pg
          kratix.io/work-type: resource
        name: postgresql-pg-instance-configure-12b21
        namespace: team-a
      spec:
        lastExecutionTimestamp: "2026-11-23T18:31:00Z"
        promiseName: postgresql
        resourceName: pg
        workloadGroups:
        - destinationSelectors:
          - matchLabels: {environment: dev}
            source: promise
          directory: .
          id: 5058f1af8388633f609cadb75a75dc9d
          workloads:
          - content: \(packed)
            filepath: a/b.yaml
      status: {workPlacements: 1}
    - apiVersion: v1
      kind: ConfigMap
      metadata: {name: passed-over}
    - apiVersion: platform.kratix.io/v1alpha1
      kind: Work
      metadata: {name: jenkins-static-deps-7b120, namespace: kratix-platform-system}
      spec: {promiseName: jenkins}
    """

  @Test func aListIsReadAsTheClusterHoldsIt() throws {
    let works = try Self.works(Self.printed)
    #expect(
      works.map(\.name) == [
        "postgresql-pg-instance-configure-12b21", "jenkins-static-deps-7b120",
      ])
    let work = try #require(works.first)
    #expect(work.namespace == "team-a" && work.promiseName == "postgresql")
    #expect(work.resourceName == "pg" && work.pipelineName == "instance-configure")
    #expect(!work.isDependency && !work.isBeingDeleted && !work.isDryRun)
    let group = try #require(work.workloadGroups.first)
    #expect(group.shortID == "5058f" && group.directory == ".")
    #expect(group.effectiveSelector == ["environment": "dev"])
    #expect(
      group.workloads == [Workload(filepath: "a/b.yaml", content: Array("hello: world\n".utf8))])
    #expect(works[1].isDependency && works[1].pipelineName.isEmpty)
  }

  @Test func jsonIsReadAsYAMLIs() throws {
    let file = try ManifestFile(parsing: Self.printed, name: "works.yaml")
    let json = JSONWriter().text(of: file.documents[0].root)
    #expect(try Self.works(json) == Self.works(Self.printed))
  }

  @Test(arguments: [true, false]) func whatIsWrittenReadsBackAsTheSameWork(isResource: Bool) throws
  {
    let bytes: [[UInt8]] = [
      [], [0, 255, 10], Array("a: 1\n".utf8), .init(repeating: 7, count: 300_000),
    ]
    let group = WorkloadGroup(
      directory: "foo",
      workloads: bytes.enumerated().map { Workload(filepath: "foo/\($0)", content: $1) },
      destinationSelectors: [
        WorkloadGroupScheduling(source: "resource-workflow", matchLabels: ["a": "true", "b": "1"])
      ])
    let work = Work(
      name: "p-r-c-12b21", namespace: "pipelines", promiseName: "p",
      resourceName: isResource ? "r" : "", pipelineName: "c",
      resourceNamespace: isResource ? "team" : nil, isDryRun: isResource, workloadGroups: [group])
    let text = YAMLWriter(sortsKeys: true).text(of: try work.manifest())
    #expect(try Self.works(text) == [work])
  }

  @Test("C02, C13: labels are exactly those that Kratix gives") func labelsAreThoseThatKratixGives()
    throws
  {
    func labels(_ resource: String, _ pipeline: String) throws -> Set<String> {
      let work = Work(
        name: "w", namespace: "default", promiseName: "p", resourceName: resource,
        pipelineName: pipeline, workloadGroups: [])
      let entries = try work.manifest()["metadata"]?["labels"]?.mapping?.entries ?? []
      return Set(entries.map { "\($0.key.dropFirst("kratix.io/".count))=\($0.value.string ?? "")" })
    }
    #expect(
      try labels("r", "c") == [
        "promise-name=p", "resource-name=r", "pipeline-name=c", "work-type=resource",
      ])
    #expect(try labels("", "c") == ["promise-name=p", "pipeline-name=c", "work-type=promise"])
    #expect(try labels("", "") == ["promise-name=p", "work-type=static-dependency"])
  }

  @Test func whatIsWrittenIsGzipToOthers() async throws {
    let content = Array("a: 1\n".utf8) + (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0) }
    let group = WorkloadGroup(
      directory: ".", workloads: [Workload(filepath: "a", content: content)],
      destinationSelectors: [])
    let work = Work(
      name: "w", namespace: "d", promiseName: "p", resourceName: "", pipelineName: "",
      workloadGroups: [group])
    let node = try work.manifest()["spec"]?["workloadGroups"]?[0]?["workloads"]?[0]?["content"]
    let text = try #require(node?.string)
    let packed = try #require(Data(base64Encoded: text))
    #expect(try await Program.run("gzip", ["-dc"], input: Array(packed)).bytes == content)
    // No time and no name, as with Go: equal bytes give equal gzip.
    #expect(Array(packed.prefix(10)) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
  }

  struct Fault: Sendable {
    let old: String
    let new: String
    let words: String
  }

  static let faults = [
    Fault(
      old: "content: \(packed)", new: "content: \"%%%\"", words: "a/b.yaml: content is no base64"),
    Fault(old: packed, new: "aGVsbG8=", words: "a/b.yaml: content is no whole gzip"),
    Fault(old: packed, new: String(packed.prefix(40)), words: "a/b.yaml: content is no whole gzip"),
    Fault(old: "content: \(packed)", new: "other: 1", words: "content is missing"),
    Fault(old: "filepath: a/b.yaml", new: "filepath: \"\"", words: "filepath must be"),
    Fault(old: "5058f1af8388633f609cadb75a75dc9d", new: "../..", words: "id must be an MD5"),
    Fault(
      old: "pipeline-name: instance-configure", new: "pipeline-name: ../../x",
      words: "must be a name of lower-case"),
    Fault(old: "resourceName: pg", new: "resourceName: ..", words: "must be a name of lower-case"),
    Fault(old: "promiseName: postgresql", new: "promiseName: a/b", words: "must be a name of"),
    Fault(old: "namespace: team-a", new: "namespace: ..", words: "must be a name of lower-case"),
  ]

  @Test(arguments: faults.indices) func whatIsWrongIsNamedWithItsPlace(index: Int) throws {
    let fault = Self.faults[index]
    try #require(Self.printed.contains(fault.old))
    let error = #expect(throws: ManifestError.self) {
      try Self.works(Self.printed.replacing(fault.old, with: fault.new))
    }
    #expect(error?.description.contains(fault.words) == true, "\(String(describing: error))")
    #expect(error?.description.hasPrefix("works.yaml:") == true)
  }

  @Test func aBombIsRefused() throws {
    let zeros = [UInt8](repeating: 0, count: 8 << 20)
    let group = WorkloadGroup(
      directory: ".", workloads: [Workload(filepath: "a", content: zeros)], destinationSelectors: []
    )
    let work = Work(
      name: "w", namespace: "d", promiseName: "p", resourceName: "", pipelineName: "",
      workloadGroups: [group])
    let bomb = YAMLWriter().text(of: Array(repeating: try work.manifest(), count: 33))
    let error = #expect(throws: ManifestError.self) { try Self.works(bomb) }
    #expect(error?.code == .tooLarge)
    #expect(error?.description.contains("256 MiB") == true)
  }

  @Test func aWorkThatIsBeingDeletedSaysSo() throws {
    let deleted = Self.printed.replacing(
      "generation: 2", with: "deletionTimestamp: \"2026-11-23T18:31:00Z\"")
    #expect(try Self.works(deleted).map(\.isBeingDeleted) == [true, false])
  }
}
