import Git
import Kratix
import Testing

@testable import Landing
@testable import Verification

extension StateStoreSample {
  /// Checks everything that stands, as `--all` does.
  fileprivate func checkAll(holding mostFiles: Int? = nil) throws -> [ResourceReport] {
    var verifier = try verifier()
    if let mostFiles { verifier.mostFilesOfResource = mostFiles }
    let snapshot = try snapshot()
    let listing = try verifier.listing(of: snapshot)
    return try verifier.check(standing: listing.resources, in: snapshot)
      + [verifier.report(ofUnownedFilesIn: listing)].compactMap { $0 }
  }
}

@Test(arguments: ["small", "medium", "large"])
func whatStandsRightlyIsRightWhoeverAskedForIt(size: String) throws {
  var store = try StateStoreSample()
  let request = try request(parsing: Fixture.text("postgresql/requests/\(size).yaml"))
  store.land(
    try Fixture.rendered("postgresql/rendered/\(size)"), namespace: request.namespace,
    name: request.name)
  let report = try store.checkAll().only
  #expect(report.verdict == .landed)
  #expect(report.rules == [.plaintextSecret], "\(report.findings)")
  #expect(
    [report.promise, report.namespace, report.name]
      == ["postgresql", request.namespace, request.name])
  #expect(try report.placements.only.destination == "worker")
}

@Test func brokenOutputIsFoundByItsPathAlone() throws {
  // Whether a large one was asked for cannot be seen from a consistent small one.
  for broken in BrokenOutput.all where !["empty", "sizes-not-applied"].contains(broken.name) {
    var store = try StateStoreSample()
    let request = try request(parsing: Fixture.text("broken/\(broken.name)/request.yaml"))
    store.land(
      try Fixture.rendered("broken/\(broken.name)/rendered"), namespace: request.namespace,
      name: request.name)
    let report = try store.checkAll().only
    #expect(report.verdict == broken.verdict, "\(broken.name)")
    #expect(Set(report.errors.map(\.rule)) == broken.rules, "\(broken.name)")
  }
}

@Test func valuesOfTwoSizesTogetherAreOfNone() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": try Fixture.postgresql(replacing: "storage: 1Gi", with: "storage: 10Gi")])
  let finding = try store.checkAll().only.errors.only
  #expect(finding.rule == .fieldMismatch)
}

@Test func readmeAmongDependenciesIsKnown() throws {
  var store = try StateStoreSample()
  let directory = "worker/dependencies/postgresql/promise-configure/5058f"
  store.files["\(directory)/README.md"] = Array("# Sizes".utf8)
  store.files["\(directory)/a.yaml"] = Array(
    "---\n{apiVersion: v1, kind: Namespace, metadata: {name: postgresql-system}}".utf8)
  let report = try store.checkAll().only
  #expect(report.verdict == .landed)
  #expect(report.title == "postgresql dependencies")
  let finding = try report.findings.only
  #expect(finding.rule == .notAManifest)
  #expect(finding.cause?.contains("README landed as a dependency") == true)
}

@Test func childRequestOnAWorkerIsMisplaced() throws {
  var store = try StateStoreSample()
  let promise = try Fixture.text("postgresql/promise.yaml")
  try store.add(
    promise.replacing("name: postgresql\n", with: "name: app\n")
      .replacing("kind: postgresql", with: "kind: app"))
  store.files["worker/resources/default/app/shop/instance-configure/5058f/database.yaml"] = Array(
    """
    apiVersion: marketplace.kratix.io/v1alpha1
    kind: postgresql
    metadata: {name: shop-database, namespace: default}
    """.utf8)
  let finding = try store.checkAll().only.errors.only
  #expect(finding.rule == .misplaced)
  #expect(finding.expected == "platform")
  #expect(finding.cause?.contains("a request of the Promise postgresql") == true)
}

@Test func filesOfNoPlacementAreAWarning() throws {
  var store = try StateStoreSample()
  store.land(["instance.yaml": try Fixture.postgresql()])
  store.files["README.md"] = Array("the repository's own".utf8)
  store.files["worker/resources/notes.txt"] = Array("hello".utf8)
  store.files["worker/resources/kratix-canary-configmap.yaml"] = []
  store.files["worker/dependencies/kratix-canary-namespace.yaml"] = []
  let reports = try store.checkAll()
  let strays = try #require(reports.last)
  #expect(reports.count == 2)
  #expect(strays.findings.map(\.file) == ["worker/resources/notes.txt"])
  #expect(strays.findings.map(\.severity) == [.warning])
  // They are no resource that landed.
  let summary = Report.Summary(of: reports)
  #expect(summary.resources == reports.count - 1 && summary.landed == summary.resources)
  #expect(summary.warnings >= 1)
}

@Test func nameThatKubernetesDoesNotTakeIsNotKratixs() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": "a: 1"], name: "Not A Name")
  let report = try store.checkAll().only
  #expect(report.verdict == .wrong)
  #expect(report.rules == [.orphanFile])
}

@Test func objectThatTwoResourcesHoldIsFound() throws {
  var store = try StateStoreSample()
  for name in ["one", "two"] {
    store.land(
      [
        "a.yaml":
          "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: shared, namespace: default}}"
      ],
      name: name)
  }
  store.land(
    [
      "a.yaml":
        "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: shared, namespace: default}}"
    ],
    at: "platform", name: "three")
  let verifier = try store.verifier()
  let snapshot = try store.snapshot()
  let checked = try verifier.checked(verifier.listing(of: snapshot).resources, in: snapshot)
  let shared = SharedObjects(checked.map(\.objects))
  #expect(shared.pairs.map { [$0.later, $0.earlier] } == [[2, 0]])
  #expect(checked.map(\.report.name) == ["one", "three", "two"])
}

@Test func sameTreesAreRememberedAndOthersAreNot() throws {
  try withScratchFile { path in
    var store = try StateStoreSample()
    store.land(["instance.yaml": try Fixture.postgresql()])
    store.land(["instance.yaml": try Fixture.postgresql()], name: "other")
    let verifier = try store.verifier()
    func checked(_ store: StateStoreSample) throws -> [CheckedResource] {
      let snapshot = try store.snapshot()
      return try verifier.checked(verifier.listing(of: snapshot).resources, in: snapshot)
    }
    let first = try checked(store)
    var result = CheckResult(
      report: Report(
        stateStore: StateStoreDescription(name: "a", url: "b", branch: "c"),
        snapshot: try store.snapshot(), resources: []))
    result.take(first, unownedFiles: nil)
    let question = try #require(ObjectID(hexadecimal: String(repeating: "b", count: 40)))
    try VerificationCache.write(result, for: question, to: path)
    let memory = try #require(VerificationCache(path: path, question: question))
    for resource in first {
      let known = try #require(memory.checked(resource.resource))
      #expect(known.report == resource.report)
      #expect(known.objects == resource.objects)
    }
    #expect(VerificationCache.peekReport(at: path, for: question) == result.withoutCleanResources)
    store.land(["instance.yaml": "{}"], name: "other")
    let second = try checked(store)
    #expect(second.map { memory.checked($0.resource) == nil } == [true, false])
  }
}

@Test func fileThatIsCutShortIsNoMemory() throws {
  try withScratchFile { path in
    let report = Report(
      stateStore: StateStoreDescription(name: "a", url: "b", branch: "c"), commit: nil,
      resources: [])
    let question = try #require(ObjectID(hexadecimal: String(repeating: "b", count: 40)))
    try VerificationCache.write(CheckResult(report: report), for: question, to: path)
    let whole = try Bytes.read(path)
    #expect(VerificationCache(path: path, question: question) != nil)
    for length in whole.indices {
      try Bytes.write(Array(whole[..<length]), to: path)
      #expect(VerificationCache(path: path, question: question) == nil)
      #expect(VerificationCache.peekReport(at: path, for: question) == nil)
    }
    #expect(VerificationCache(path: path + ".none", question: question) == nil)
  }
}

@Test func severalStateStoresAreRememberedInOneFile() throws {
  try withScratchFile { path in
    let questions = try "abc".map {
      try #require(ObjectID(hexadecimal: String(repeating: $0, count: 40)))
    }
    func report(_ name: String) -> Report {
      Report(
        stateStore: StateStoreDescription(name: name, url: "b", branch: "c"), commit: nil,
        resources: [])
    }
    for (question, name) in zip(questions, ["one", "two", "three"]) {
      try VerificationCache.write(
        CheckResult(report: report(name)), for: question, to: path, beside: Set(questions))
    }
    for (question, name) in zip(questions, ["one", "two", "three"]) {
      #expect(VerificationCache.peekReport(at: path, for: question) == report(name))
      #expect(VerificationCache(path: path, question: question)?.report == report(name))
    }
    // What nobody asks any more is forgotten.
    try VerificationCache.write(
      CheckResult(report: report("new")), for: questions[0], to: path,
      beside: Set(questions[0...1]))
    #expect(VerificationCache.peekReport(at: path, for: questions[0]) == report("new"))
    #expect(VerificationCache.peekReport(at: path, for: questions[1]) == report("two"))
    #expect(VerificationCache.peekReport(at: path, for: questions[2]) == nil)
  }
}

@Test func staticDependenciesAreHeldAgainstTheirPromise() throws {
  var store = try StateStoreSample()
  let work = try #require(
    store.platform.promises["postgresql"].flatMap(Work.staticDependencies))
  let directory = "worker/dependencies/postgresql/5058f"
  let workload = try #require(work.workloadGroups.first?.workloads.first)
  let text = String(decoding: workload.content, as: UTF8.self)
  func check() throws -> [ResourceReport] {
    let verifier = try store.verifier()
    let snapshot = try store.snapshot()
    return try verifier.dependencies(of: verifier.listing(of: snapshot), in: snapshot)
  }
  // Where nothing of them stands nothing is missed: the Promise may be installed elsewhere.
  store.land(["instance.yaml": try Fixture.postgresql()])
  #expect(try check().isEmpty)
  store.files["\(directory)/\(workload.filepath)"] = Array("# by Kratix\n\(text)".utf8)
  #expect(try check().only.findings.isEmpty)
  let other = text.replacing("name: ", with: "name: other-")
  store.files["\(directory)/\(workload.filepath)"] = Array(other.utf8)
  #expect(try check().only.findings.map(\.rule) == [.modifiedFile])
}

/// A ConfigMap in the namespace of its resource.
private func configMap(_ name: String, value: String = "right") -> String {
  """
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: \(name), namespace: default}
  data: {key: \(value)}
  """
}

@Suite struct LargeResourceTests {
  private static let mostFiles = 20

  /// A resource of a Promise that nothing is expected of, with more files than are held at once.
  private func store(
    _ changed: [Int: String] = [:], promise: String = "wide", pipeline: String = "configure"
  ) throws -> StateStoreSample {
    var store = try StateStoreSample()
    for number in 0..<150 {
      store.files["worker/resources/default/\(promise)/db/\(pipeline)/5058f/\(number).yaml"] =
        Array(
          (changed[number] ?? configMap("map-\(number)")).utf8)
    }
    return store
  }

  @Test func isRightWhereAllFilesAre() throws {
    let report = try store().checkAll(holding: Self.mostFiles).only
    #expect(try report == store().checkAll().only)
    #expect(report.verdict == .landed)
    #expect(report.findings.isEmpty)
    #expect(try report.placements.only.path == "worker/resources/default/wide/db/configure/5058f")
    #expect(report.notes.count == 1)
  }

  @Test func isWrongWhereOneFileIs() throws {
    let faults: [(String, Rule)] = [
      ("a: [", .invalidYAML), (configMap("map-17"), .duplicateResource),
      ("just text", .notAManifest),
    ]
    for (text, rule) in faults {
      let report = try store([147: text]).checkAll(holding: Self.mostFiles).only
      #expect(report.findings.map(\.rule) == [rule], "\(report.findings)")
      #expect(report.verdict == (report.errors.isEmpty ? .landed : .wrong))
    }
  }

  @Test func isUnknownWhereOnlyAllFilesTogetherTell() throws {
    let report = try store(promise: "postgresql", pipeline: "instance-configure").checkAll(
      holding: Self.mostFiles
    ).only
    #expect(report.verdict == .unknown)
    #expect(report.notes.contains { $0.contains("missing objects were not judged") })
  }

  @Test func tellsTheFirstFindingsAndCountsTheOthers() throws {
    var faults: [Int: String] = [:]
    for number in 0..<130 { faults[number] = "a: [" }
    let report = try store(faults).checkAll(holding: Self.mostFiles).only
    #expect(report.findings.count == 100)
    #expect(report.notes.contains("30 more findings are left out"))
    #expect(report.verdict == .wrong)
  }
}

@Test func ofManyUnownedFilesTheFirstAreNamedAndTheOthersCounted() throws {
  var store = try StateStoreSample()
  for number in 0..<1_200 { store.files["worker/resources/\(number).yaml"] = Array("a: 1".utf8) }
  let report = try store.checkAll().only
  #expect(report.findings(.orphanFile).count == 1_001)
  #expect(
    report.findings.contains {
      $0.file == nil
        && $0.actual == "200 more files that belong to no placement of worker"
    })
}
