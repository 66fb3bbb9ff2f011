import Git
import Kratix
import Testing

@testable import Landing
@testable import Verification

@Suite("What a state store holds at its Destinations, and beside them")
struct DestinationTests {
  private static let manifest = Array(
    "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}".utf8)

  private static func destination(
    _ name: String, path: String, _ more: String = "", labels: String = "environment: dev"
  ) -> String {
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: Destination
    metadata: {name: \(name), labels: {\(labels)}}
    spec: {path: \(path), stateStoreRef: {kind: GitStateStore, name: default}\(more)}
    """
  }

  private func store(_ destinations: [String], files: [String]) throws -> StateStoreSample {
    var store = try StateStoreSample()
    store.platform = Platform()
    store.files = [:]
    try store.add(Fixture.text("kratix/state-store.yaml"))
    for destination in destinations { try store.add(destination) }
    for path in files { store.files[path] = Self.manifest }
    return store
  }

  private func findings(in store: StateStoreSample) throws -> [Finding] {
    let listing = try store.verifier().listing(of: store.snapshot())
    return try store.verifier().report(ofUnownedFilesIn: listing)?.findings ?? []
  }

  struct Row: CustomTestStringConvertible {
    let testDescription: String
    let destination: String
    let files: [String]
    var expected: [String] = []
  }

  private static let placement = "worker/resources/default/demo/one/p/5058f/a.yaml"
  private static let canary = "worker/resources/kratix-canary-configmap.yaml"
  private static let rows: [Row] = [
    Row(
      testDescription: "a placement", destination: destination("worker", path: "worker"),
      files: [placement]),
    Row(
      testDescription: "canary files alone", destination: destination("worker", path: "worker"),
      files: [canary]),
    Row(
      testDescription: "nothing at its path", destination: destination("worker", path: "wroker"),
      files: ["README.md"], expected: ["error empty-destination"]),
    Row(
      testDescription: "what is at another path",
      destination: destination("worker", path: "wroker"), files: [placement],
      expected: ["error empty-destination", "warning misplaced"]),
    Row(
      testDescription: "other files only", destination: destination("worker", path: "worker"),
      files: ["worker/README.md"], expected: ["error empty-destination"]),
    Row(
      testDescription: "nothing, and no canary files are wanted",
      destination: destination("worker", path: "worker", ", initWorkloads: {enabled: false}"),
      files: ["README.md"], expected: ["warning empty-destination"]),
    Row(
      testDescription: "the top of the repository", destination: destination("worker", path: "."),
      files: ["resources/default/demo/one/p/5058f/a.yaml", "docs/resources/a/b/c.md"]),
    Row(
      testDescription: "a directory of that name that is not Kratix's",
      destination: destination("worker", path: "worker"),
      files: [placement, "app/resources/a/b/c/d.yaml", "app/dependencies/x.yaml"]),
    Row(
      testDescription: "a Destination whose path begins like Kratix's directories",
      destination: destination("worker", path: "resources/x"),
      files: ["resources/x/dependencies/demo/p/5058f/a.yaml"]),
    Row(
      testDescription: "canary files that a Destination left",
      destination: destination("worker", path: "worker"),
      files: [placement, "old/resources/kratix-canary-configmap.yaml"]),
    Row(
      testDescription: "a directory with state files that no Destination has",
      destination: destination("worker", path: "worker"),
      files: [placement, "flat/.kratix/default-demo-one-p-12345.edge-5058f.yaml"],
      expected: ["warning misplaced"]),
  ]

  @Test("are judged by the layout", arguments: rows)
  func layout(row: Row) throws {
    let found = try findings(in: store([row.destination], files: row.files))
      .filter { $0.rule != .orphanFile }
    #expect(
      found.map { "\($0.severity.rawValue) \($0.rule.rawValue)" }.sorted() == row.expected,
      "\(found)")
  }

  private func demo() throws -> ResourceRequest {
    try request(parsing: "{apiVersion: x.y/v1, kind: demo, metadata: {name: one}}")
  }

  @Test("are misplaced in a directory that no Destination has", arguments: [true, false])
  func moved(isWrittenAnew: Bool) throws {
    let files =
      [Self.placement] + (isWrittenAnew ? ["new/resources/default/demo/one/p/5058f/a.yaml"] : [])
    let report = try store([Self.destination("worker", path: "new")], files: files).check(demo())
    // A copy may be another platform's until its commit has been read.
    #expect(report.verdict == (isWrittenAnew ? .landed : .misplaced))
    let finding = try #require(report.findings(.misplaced).first)
    #expect(finding.file == "worker/resources/default/demo/one")
    #expect(finding.severity == (isWrittenAnew ? .warning : .error))
  }

  @Test("are found where the configuration names no Destination")
  func addressAlone() throws {
    var store = try store([], files: ["clusters/eu/resources/default/demo/one/p/5058f/a.yaml"])
    store.platform.leaveDestinationsToFind()
    let snapshot = try store.snapshot()
    let verifier = try store.verifier().findingDestinations(in: snapshot)
    #expect(verifier.platform.destinations.keys.sorted() == ["clusters/eu"])
    #expect(try verifier.check(requests: [demo()], in: snapshot).only.verdict == .landed)
    let other = try request(parsing: "{apiVersion: x.y/v1, kind: demo, metadata: {name: two}}")
    let report = try verifier.check(requests: [other], in: snapshot).only
    #expect(report.verdict == .unknown)
    #expect(report.notes.contains { $0.contains("clusters/eu") })
    #expect(report.errors.isEmpty)
  }

  @Test("are an error where no directory is laid out as a Destination's")
  func noLayout() throws {
    var store = try store([], files: ["src/main.c"])
    store.platform.leaveDestinationsToFind()
    let verifier = try store.verifier().findingDestinations(in: store.snapshot())
    let listing = try verifier.listing(of: store.snapshot())
    let finding = try #require(verifier.report(ofUnownedFilesIn: listing)?.findings.first)
    #expect(finding.rule == .emptyDestination)
  }

  @Test("are right at a Destination for dry runs")
  func dryRun() throws {
    var store = try store(
      [
        Self.destination("worker", path: "worker"),
        Self.destination("dry", path: "dry", labels: "kratix.io/dry-run: 'true'"),
      ], files: ["dry/resources/default/demo/one/p/5058f/a.yaml", Self.canary])
    try store.add(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Promise
      metadata: {name: demo}
      spec: {destinationSelectors: [{matchLabels: {environment: dev}}]}
      """)
    let listing = try store.verifier().listing(of: store.snapshot())
    let report = try store.verifier().check(standing: listing.resources, in: store.snapshot()).only
    #expect(report.verdict == .landed)
  }

  @Test("may be nothing where no canary files are written and others hold something")
  func withoutCanaries() throws {
    let unused = Self.destination(
      "unused", path: "unused", ", initWorkloads: {enabled: false}", labels: "environment: other")
    let used = Self.destination("worker", path: "worker")
    #expect(try findings(in: store([used, unused], files: [Self.placement])).isEmpty)
    #expect(
      try findings(in: store([unused], files: ["README.md"])).count { $0.rule == .emptyDestination }
        == 1)
  }

  @Test("are no fault at a plain repository, manifests or not", arguments: [true, false])
  func plainRepository(hasCanaries: Bool) throws {
    var store = try store(
      [
        Self.destination(
          "repo", path: ".",
          ", filepath: {mode: none}, initWorkloads: {enabled: \(hasCanaries)}")
      ], files: ["SECURITY.md"])
    store.files[".github/workflows/scan.yml"] = Array("on: [push]\njobs: {}\n".utf8)
    store.files[".kratix/default-demo-one-p-12345.repo-5058f.yaml"] = Array(
      "files:\n- SECURITY.md\n- .github/workflows/scan.yml\n".utf8)
    try store.add(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Promise
      metadata: {name: demo}
      spec:
        workflows: {resource: {configure: [{kind: Pipeline, metadata: {name: p}}]}}
        api: {spec: {group: x.y, names: {kind: demo}, versions: [{name: v1}]}}
      """)
    let report = try store.check(demo())
    #expect(report.verdict == (hasCanaries ? .wrong : .landed), "\(report)")
  }

  @Test("are missing from the placement that they belong to")
  func home() throws {
    var store = try store(
      [
        Self.destination("backstage", path: "backstage", labels: "environment: portal"),
        Self.destination("worker", path: "worker"),
      ],
      files: [Self.placement, "backstage/resources/default/demo/one/p/5cfaf/c.yaml"])
    try store.add(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Promise
      metadata: {name: demo}
      spec:
        destinationSelectors: [{matchLabels: {environment: dev}}]
        api: {spec: {group: x.y, names: {kind: demo}, versions: [{name: v1}]}}
      ---
      apiVersion: statestore.dev/v1alpha1
      kind: Expectation
      metadata: {name: demo}
      spec:
        promise: demo
        resources: [{apiVersion: v1, kind: Service, metadata: {name: a}}]
      """)
    let finding = try #require(store.check(demo()).findings(.missingResource).first)
    #expect(finding.file == Self.placement)
  }
}

@Suite("One object in two resources")
struct SharedObjectTests {
  private static let rows: [(first: String, second: String, expected: Severity)] = [
    ("kind: Namespace, metadata: {name: x}", "kind: Namespace, metadata: {name: x}", .warning),
    (
      "kind: Namespace, metadata: {name: x, labels: {a: b}}",
      "kind: Namespace, metadata: {name: x, labels: {a: c}}", .error
    ),
    (
      "kind: Namespace, metadata: {name: x, namespace: a}", "kind: Namespace, metadata: {name: x}",
      .error
    ),
    (
      "kind: Service, metadata: {name: x, namespace: a}",
      "kind: Service, metadata: {name: x, namespace: a}", .warning
    ),
    (
      "kind: Service, metadata: {name: x, namespace: a}",
      "kind: Service, metadata: {name: x, namespace: a}, spec: {type: NodePort}", .error
    ),
    (
      "kind: ConfigMap, metadata: {name: x}",
      "kind: ConfigMap, metadata: {name: x, namespace: default}", .warning
    ),
  ]

  @Test("is an error if they differ, and a warning if not", arguments: rows)
  func severity(first: String, second: String, expected: Severity) throws {
    var store = try StateStoreSample()
    for (name, object) in [("one", first), ("two", second)] {
      store.files["worker/resources/default/demo/\(name)/p/5058f/a.yaml"] = Array(
        "---\n{apiVersion: v1, \(object)}".utf8)
    }
    let verifier = try store.verifier()
    let snapshot = try store.snapshot()
    let resources = try verifier.listing(of: snapshot).resources
    let checked = try verifier.checked(resources, in: snapshot)
    let shared = SharedObjects(checked.map(\.objects))
    let surroundings = ResourceSearch.Surroundings(
      platform: store.platform, stateStore: store.stateStore)
    let landed = try LandedResource.read(
      resources.map { try ResourceSearch($0, in: surroundings) }, in: snapshot)
    let findings = shared.findings(
      among: Dictionary(uniqueKeysWithValues: zip(landed.indices, landed)))
    #expect(findings.map(\.finding.severity) == [expected])
  }
}
