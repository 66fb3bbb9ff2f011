import Kratix
import Manifests
import Testing

@testable import Landing
@testable import Verification

@Suite("Pipelines of one Promise")
struct PipelineTests {
  private static func promise(_ pipelines: [String], kind: String = "Promise") -> String {
    let entries = pipelines.map {
      "{apiVersion: platform.kratix.io/v1alpha1, kind: Pipeline, metadata: {name: \($0)}}"
    }
    return """
      destinationSelectors: [{matchLabels: {environment: dev}}]
      workflows: {resource: {configure: [\(entries.joined(separator: ", "))]}}
      api:
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: redis.example.org}
        spec:
          group: example.org
          names: {kind: redis, plural: redis, singular: redis}
          scope: Namespaced
          versions: [{name: v1, served: true, storage: true}]
      """
  }

  private static func indented(_ text: String, by count: Int) -> String {
    text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }
      .joined(separator: "\n")
  }

  private func store(_ pipelines: [String], version: String = "v2") throws -> StateStoreSample {
    var store = try StateStoreSample()
    try store.add(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Promise
      metadata: {name: redis, labels: {kratix.io/promise-version: \(version)}}
      spec:
      \(Self.indented(Self.promise(pipelines), by: 2))
      """)
    return store
  }

  private func redis() throws -> ResourceRequest {
    try request(
      parsing: "{apiVersion: example.org/v1, kind: redis, metadata: {name: cache}, spec: {}}")
  }

  private func land(_ pipelines: [String], in store: inout StateStoreSample) {
    for pipeline in pipelines {
      store.files["worker/resources/default/redis/cache/\(pipeline)/5058f/a.yaml"] = Array(
        "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: \(pipeline), namespace: default}}"
          .utf8)
    }
  }

  private static let rows: [(landed: [String], missing: [String])] = [
    (["first", "second"], []), (["first"], ["second"]), (["second"], ["first"]),
    (["first", "second", "third"], []),
  ]

  @Test("each need a placement once something landed", arguments: rows)
  func missing(landed: [String], missing: [String]) throws {
    var store = try store(["first", "second"])
    land(landed, in: &store)
    let asked = try store.check(redis())
    let listing = try store.verifier().listing(of: store.snapshot())
    let listed = try store.verifier().check(standing: listing.resources, in: store.snapshot()).only
    for report in [asked, listed] {
      #expect(report.findings(.notLanded).map(\.object) == missing.map { "Pipeline/\($0)" })
      #expect(report.verdict == (missing.isEmpty ? .landed : .wrong))
    }
  }

  @Test("are one finding where nothing landed at all")
  func nothing() throws {
    let report = try store(["first", "second"]).check(redis())
    #expect(report.verdict == .missing)
    #expect(try report.errors.only.object == nil)
  }

  @Test("may render nothing where an Expectation says so")
  func optional() throws {
    var store = try store(["first", "second"])
    try store.add(
      """
      apiVersion: statestore.dev/v1alpha1
      kind: Expectation
      metadata: {name: redis}
      spec: {promise: redis, resources: [], optionalPipelines: [second]}
      """)
    land(["first"], in: &store)
    #expect(try store.check(redis()).errors.isEmpty)
  }

  @Test("are those of the PromiseRevision that a ResourceBinding names")
  func bound() throws {
    var store = try store(["first", "second"])
    land(["first"], in: &store)
    try store.add(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: ResourceBinding
      metadata: {name: cache, namespace: default}
      spec:
        version: v1
        promiseRef: {name: redis}
        resourceRef: {name: cache, namespace: default}
      """)
    let unknown = try store.check(redis())
    #expect(unknown.errors.isEmpty)
    #expect(unknown.notes.contains { $0.contains("PromiseRevision") })
    try store.add(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: PromiseRevision
      metadata: {name: redis-v1}
      spec:
        version: v1
        promiseRef: {name: redis}
        promiseSpec:
      \(Self.indented(Self.promise(["first"]), by: 4))
      """)
    let report = try store.check(redis())
    #expect(report.verdict == .landed)
    #expect(!report.notes.contains { $0.contains("PromiseRevision") })
  }

  @Test("of another state store are not missing from this one")
  func severalStores() throws {
    var store = try store(["first", "second"])
    try store.add(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Destination
      metadata: {name: bucket}
      spec: {path: x, stateStoreRef: {kind: BucketStateStore, name: minio}}
      """)
    land(["first"], in: &store)
    let report = try store.check(redis())
    #expect(report.verdict == .unknown)
    #expect(report.notes.contains { $0.contains("bucket") })
  }
}
