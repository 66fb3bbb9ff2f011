import Kratix
import Manifests
import Testing

@testable import Landing
@testable import Verification

/// Destinations whose placements share a directory, laid out as `Layout` lays them out.
private struct SharedSample {
  var store: StateStoreSample
  let mode: Destination.FilepathMode
  private var states: [PlacementState] = []

  init(_ mode: Destination.FilepathMode) throws {
    self.mode = mode
    store = try StateStoreSample()
    var worker = try #require(store.platform.destinations["worker"])
    worker.filepathMode = mode
    store.platform.add(worker)
  }

  var worker: Destination {
    store.platform.destinations["worker"] ?? Destination(name: "", path: "", stateStoreName: "")
  }

  func work(
    of name: String = "postgres-example", namespace: String = "default",
    promise: String = "postgresql", pipeline: String = "instance-configure",
    _ files: [String: String]
  ) -> Work {
    let workloads = files.sorted { $0.key < $1.key }.map {
      Workload(filepath: $0.key, content: Array($0.value.utf8))
    }
    let group = WorkloadGroup(
      directory: ".", id: "5058f1af8388633f609cadb75a75dc9d", workloads: workloads,
      destinationSelectors: [])
    let work = Work(
      name: "", namespace: namespace, promiseName: promise, resourceName: name,
      pipelineName: pipeline, workloadGroups: [group])
    return work.named(work.derivedName)
  }

  mutating func land(_ work: Work, withStateFiles: Bool = true) throws {
    for group in work.workloadGroups {
      let placement = Placement(work: work, group: group, destination: worker)
      let layout = try placement.layout(in: store.stateStore)
      for file in layout.files { store.files[file.path] = file.content }
      if withStateFiles, let file = layout.stateFile { store.files[file.path] = file.content }
      guard let aggregate = layout.aggregate else { continue }
      states.append(PlacementState(placement))
      store.files[aggregate] = PlacementState.aggregate(states)
    }
  }

  func checkAll() throws -> [ResourceReport] {
    let verifier = try store.verifier()
    let snapshot = try store.snapshot()
    let listing = try verifier.listing(of: snapshot)
    return try verifier.check(standing: listing.resources, in: snapshot)
      + [verifier.report(ofUnownedFilesIn: listing)].compactMap { $0 }
  }
}

private let modes: [Destination.FilepathMode] = [.none, .aggregatedYAML]

@Suite("Where placements share a directory") struct SharedModeTests {
  @Test("what stands is told apart, request by request", arguments: modes)
  func landed(mode: Destination.FilepathMode) throws {
    var sample = try SharedSample(mode)
    try sample.land(sample.work(["one.yaml": Fixture.postgresql()]))
    try sample.land(
      sample.work(
        of: "other", namespace: "team-a",
        [
          "two.yaml": Fixture.postgresql(replacing: "postgres-example", with: "other")
            .replacing("namespace: default", with: "namespace: team-b")
        ]))
    let report = try sample.store.check(request())
    #expect(report.verdict == .landed, "\(report)")
    #expect(report.rules == [.plaintextSecret])
    #expect(try report.placements.only.path.hasPrefix("worker/.kratix/default-postgresql-"))
    let other = try sample.store.check(request("other", namespace: "team-a"))
    #expect(Set(other.errors.map(\.rule)) == [.wrongNamespace])
    #expect(
      try sample.store.check(request("third")).errors.map(\.rule) == [.notLanded])

    let all = try sample.checkAll()
    #expect(all.map(\.title) == ["postgresql default/postgres-example", "postgresql team-a/other"])
    #expect(all.map(\.verdict) == [.landed, .wrong])
    #expect(Set(all[1].errors.map(\.rule)) == [.wrongNamespace])
  }

  @Test("a finding in the shared file stands at its own line and document")
  func lines() throws {
    var sample = try SharedSample(.aggregatedYAML)
    try sample.land(sample.work(of: "a", ["a.yaml": "---\nkind: A\napiVersion: v1\n"]))
    try sample.land(
      sample.work(
        of: "b",
        ["b.yaml": "# b\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: placeholder-x}\n"]))
    try sample.land(
      sample.work(of: "c", ["c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: $(c)}"]))
    let text = String(
      decoding: try #require(sample.store.files["worker/aggregated.yaml"]), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let findings = try sample.checkAll().flatMap(\.findings).filter { $0.rule == .placeholderLeft }
    #expect(findings.count == 2)
    for finding in findings {
      let line = try #require(finding.line)
      #expect(lines[line - 1].contains("metadata: {name: "), "\(finding)")
    }
    // As libyaml counts: a, nothing, b's comment, b, c.
    let whole = try ManifestFile(parsing: text, name: "whole")
    for finding in findings {
      let document = try #require(finding.document)
      #expect(whole.documents[document - 1].root.position.line < finding.line ?? 0)
      #expect(whole.documents[document - 1].object?.kind == "ConfigMap")
    }
  }

  @Test("a placement of no files has landed", arguments: modes)
  func empty(mode: Destination.FilepathMode) throws {
    var sample = try SharedSample(mode)
    try sample.land(sample.work([:]))
    #expect(try sample.checkAll().map(\.verdict) == [.landed])
  }

  @Test("files that a state file lists and that are gone are missed")
  func missing() throws {
    var sample = try SharedSample(.none)
    try sample.land(
      sample.work([
        "one.yaml": Fixture.postgresql(),
        "more.yaml":
          "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}",
      ]))
    sample.store.files["worker/more.yaml"] = nil
    let finding = try sample.store.check(request()).errors.only
    #expect(finding.rule == .missingFile)
    #expect(finding.file == "worker/more.yaml")
    sample.store.files["worker/one.yaml"] = nil
    #expect(try sample.store.check(request()).verdict == .missing)
  }

  @Test("what no state file accounts for is told", arguments: modes)
  func strays(mode: Destination.FilepathMode) throws {
    var sample = try SharedSample(mode)
    try sample.land(sample.work(["one.yaml": Fixture.postgresql()]))
    sample.store.files["worker/by-hand.yaml"] = Array("{}".utf8)
    sample.store.files["worker/README.md"] = Array("for people".utf8)
    sample.store.files["worker/kratix-canary-namespace.yaml"] = Array("{}".utf8)
    let strays = try #require(sample.checkAll().last)
    #expect(strays.findings.map(\.file) == ["worker/by-hand.yaml"])
  }

  @Test(
    "a state file that cannot be read is a finding, and the others are still checked",
    arguments: modes)
  func unreadable(mode: Destination.FilepathMode) throws {
    var sample = try SharedSample(mode)
    try sample.land(sample.work(["one.yaml": Fixture.postgresql()]))
    let broken = sample.work(of: "broken", ["two.yaml": "{}"])
    try sample.land(broken)
    let path = try #require(
      sample.store.files.keys.first { $0.contains(".kratix/default-postgresql-broken") })
    sample.store.files[path] = Array("files: {".utf8)
    let reports = try sample.checkAll()
    #expect(reports.contains { $0.name == "postgres-example" && $0.verdict == .landed })
    let last = try #require(reports.last)
    #expect(last.verdict == .wrong)
    #expect(last.errors.map(\.rule).contains(.invalidYAML))
    let asked = try sample.store.check(request("broken"))
    #expect(asked.verdict == .unknown, "\(asked)")
  }

  @Test("a shared file that somebody edited is told of once")
  func edited() throws {
    var sample = try SharedSample(.aggregatedYAML)
    try sample.land(
      sample.work(
        of: "a",
        [
          "a.yaml":
            "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}"
        ]))
    try sample.land(
      sample.work(
        of: "b",
        [
          "b.yaml":
            "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: default}}"
        ]))
    let path = "worker/aggregated.yaml"
    sample.store.files[path] = Array(
      "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: default}}\n".utf8)
    let reports = try sample.checkAll()
    #expect(reports.last?.errors.map(\.rule) == [.modifiedFile])
    #expect(reports.first?.errors.map(\.rule) == [.missingFile])
  }

  @Test("a shared file that Kratix wrote is known by what expectations name")
  func kratixs() throws {
    var sample = try SharedSample(.aggregatedYAML)
    try sample.land(sample.work(["one.yaml": Fixture.postgresql()]), withStateFiles: false)
    try sample.land(
      sample.work(
        of: "other",
        ["two.yaml": "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: x}}"]),
      withStateFiles: false)
    #expect(try sample.store.check(request()).verdict == .landed)
    #expect(try sample.store.check(request("third")).errors.map(\.rule) == [.notLanded])
    let redis = try request("cache", kind: "redis")
    #expect(try sample.store.check(redis).verdict == .unknown)
    let whole = try sample.checkAll().only
    #expect(whole.name == "worker/aggregated.yaml")
    #expect(whole.rules == [.plaintextSecret])
  }

  @Test("without the Promise nobody can tell whose a placement is", arguments: modes)
  func unknownPromise(mode: Destination.FilepathMode) throws {
    var sample = try SharedSample(mode)
    try sample.land(
      sample.work(
        of: "cache", promise: "redis",
        [
          "r.yaml":
            "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: r, namespace: default}}"
        ]))
    #expect(try sample.store.check(request("cache", kind: "redis")).verdict == .unknown)
    let report = try sample.checkAll().only
    #expect(report.promise.isEmpty)
    #expect(report.verdict == .landed)
  }

  @Test("a Work is held against what stands, byte for byte", arguments: modes)
  func works(mode: Destination.FilepathMode) throws {
    var sample = try SharedSample(mode)
    let one = sample.work(of: "one", ["one.yaml": "a: 1\n", "sub/two.yaml": "b: 2\n"])
    try sample.land(sample.work(of: "other", ["x.yaml": "c: 3\n"]))
    func verdict() throws -> ResourceReport {
      try sample.store.verifier().check(one, in: sample.store.snapshot()).only
    }
    #expect(try verdict().verdict == .missing)
    #expect(try verdict().findings.map(\.rule) == [.notLanded])
    try sample.land(one)
    #expect(try verdict().verdict == .landed)
    if mode == .none {
      sample.store.files["worker/sub/two.yaml"] = Array("b: 3\n".utf8)
      #expect(try verdict().findings.map(\.rule) == [.modifiedFile])
    } else {
      sample.store.files["worker/aggregated.yaml"] = Array("a: 1\n\n---\nc: 3\n".utf8)
      #expect(try verdict().findings.map(\.rule) == [.missingFile])
    }
  }

  @Test("of a file that another's state file lists nothing is said, whether it is the same or not")
  func anothers() throws {
    var sample = try SharedSample(.none)
    let secret = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: hidden}\n"
    try sample.land(sample.work(of: "other", ["x.yaml": secret, "notes.txt": "hidden\n"]))
    for guess in [secret, secret.replacing("hidden", with: "guess")] {
      let work = sample.work(of: "one", ["x.yaml": guess, "own.yaml": "a: 1\n"])
      var landed = sample
      try landed.land(sample.work(of: "one", ["own.yaml": "a: 1\n"]))
      for (sample, rules) in [
        (sample, [Rule.modifiedFile, .notLanded]), (landed, [.modifiedFile, .modifiedFile]),
      ] {
        let report = try sample.store.verifier().check(work, in: sample.store.snapshot()).only
        #expect(Set(report.findings.map(\.rule)) == Set(rules), "\(report)")
        let finding = try report.findings.filter { $0.file == "worker/x.yaml" }.only
        #expect(finding.actual == "another's")
        #expect(finding.line == nil && finding.object == nil && finding.pointer == nil)
        #expect(!"\(report)".contains("hidden") && !"\(report)".contains("guess"), "\(report)")
        #expect(report.placements.allSatisfy { $0.files?.contains("worker/x.yaml") == false })
      }
    }
  }

  @Test("what is another's of a file that all share is not taken for a Work's own")
  func anothersPart() throws {
    var sample = try SharedSample(.aggregatedYAML)
    try sample.land(sample.work(of: "other", ["x.yaml": "c: 3\n"]))
    let guess = sample.work(of: "one", ["y.yaml": "c: 3\n", "own.yaml": "a: 1\n"])
    func report() throws -> ResourceReport {
      try sample.store.verifier().check(guess, in: sample.store.snapshot()).only
    }
    #expect(try report().findings.map(\.rule) == [.notLanded])
    try sample.land(sample.work(of: "one", ["own.yaml": "a: 1\n"]))
    #expect(try report().findings.map(\.rule) == [.missingFile])
  }

  @Test(
    "who may see their own alone is told nothing of a file in which nothing tells whose what is")
  func onlyOwn() throws {
    var sample = try SharedSample(.aggregatedYAML)
    try sample.store.platform.keepDestination("worker")
    let work = try sample.work(["one.yaml": Fixture.postgresql()])
    try sample.land(work, withStateFiles: false)
    var verifier = try sample.store.verifier()
    let snapshot = try sample.store.snapshot()
    #expect(try verifier.check(work, in: snapshot).only.verdict == .landed)
    #expect(try verifier.check(requests: [request()], in: snapshot).only.verdict == .landed)
    verifier.showsOnlyOwn = true
    for report in [
      try verifier.check(work, in: snapshot).only,
      try verifier.check(requests: [request()], in: snapshot).only,
    ] {
      #expect(report.verdict == .unknown, "\(report)")
      #expect(report.findings.isEmpty && !report.notes.isEmpty, "\(report)")
    }
  }

  @Test("what has not changed is remembered", arguments: modes)
  func remembered(mode: Destination.FilepathMode) throws {
    var sample = try SharedSample(mode)
    try sample.land(sample.work(["one.yaml": Fixture.postgresql()]))
    func content() throws -> [[UInt8]] {
      try sample.store.verifier().listing(of: sample.store.snapshot()).resources
        .flatMap(\.places).map(\.identityOfContent)
    }
    let first = try content()
    #expect(try content() == first)
    let path = mode == .none ? "worker/one.yaml" : "worker/aggregated.yaml"
    sample.store.files[path]?.append(0x0a)
    #expect(try content() != first)
  }
}

@Test func fileThatTwoStateFilesListIsAnErrorOfBoth() throws {
  var sample = try SharedSample(.none)
  let text = try Fixture.postgresql()
  try sample.land(sample.work(["instance.yaml": text]))
  try sample.land(sample.work(of: "other", ["instance.yaml": text]))
  let reports = try sample.checkAll().filter { $0.subject != .strays }
  #expect(reports.count == 2)
  for report in reports {
    let finding = try report.findings(.modifiedFile).only
    #expect(finding.severity == .error)
    #expect(finding.actual?.hasSuffix("lists it too") == true)
  }
}

@Test(arguments: [Destination.FilepathMode.none, .aggregatedYAML])
func inventoryListsPlacementsThatShareADirectory(mode: Destination.FilepathMode) throws {
  var sample = try SharedSample(mode)
  try sample.land(sample.work(["instance.yaml": try Fixture.postgresql()]))
  let store = sample.store.stateStore
  let inventory = try Inventory(
    of: sample.store.platform, in: store,
    StateStoreDescription(name: store.name, url: store.url, branch: store.branch),
    snapshot: sample.store.snapshot())
  let holding = try inventory.holdings.filter { $0.destination == "worker" }.only
  #expect(holding.namespace == "default" && holding.name == "postgres-example")
  #expect(holding.kinds.contains("Deployment"))
  #expect(holding.files == 1)
}
