import Kratix
import Testing
import Verification

/// What a broken output must be reported as.
struct BrokenOutput: Sendable, CustomTestStringConvertible {
  let name: String
  let rules: Set<Rule>
  let verdict: Verdict
  var errors = 1
  /// Part of some finding's cause.
  var cause: String?

  var testDescription: String { name }

  static let all = [
    BrokenOutput(name: "empty", rules: [.notLanded], verdict: .missing),
    BrokenOutput(
      name: "first-document-only", rules: [.missingResource, .danglingReference], verdict: .wrong,
      errors: 5, cause: "only the first of 4 documents was rendered"),
    BrokenOutput(
      name: "placeholder-left", rules: [.placeholderLeft], verdict: .wrong, errors: 10,
      cause: "only the first document's placeholders were replaced"),
    BrokenOutput(
      name: "namespace-broken", rules: [.wrongNamespace], verdict: .wrong, errors: 4,
      cause: "the placeholder for the name was replaced inside the placeholder for the namespace"),
    BrokenOutput(
      name: "sizes-not-applied", rules: [.fieldMismatch], verdict: .wrong, errors: 2,
      cause: "it is the value for size small, the default: the request's large was not applied"),
    BrokenOutput(
      name: "fields-merged", rules: [.unknownField], verdict: .wrong, errors: 7,
      cause: "it was set without naming a kind"),
    BrokenOutput(
      name: "readme-alone", rules: [.notAManifest], verdict: .wrong,
      cause: "the pipeline put out no manifest at all"),
    BrokenOutput(name: "invalid-yaml", rules: [.invalidYAML], verdict: .wrong),
    BrokenOutput(
      name: "other-namespace", rules: [.wrongNamespace], verdict: .wrong, errors: 4,
      cause: "all objects are in databases"),
  ]
}

@Test(arguments: BrokenOutput.all)
func brokenOutputGetsTheFindingThatNamesItsDefect(_ broken: BrokenOutput) throws {
  let request = try request(parsing: Fixture.text("broken/\(broken.name)/request.yaml"))
  var store = try StateStoreSample()
  store.land(
    try Fixture.rendered("broken/\(broken.name)/rendered"), namespace: request.namespace,
    name: request.name)
  let report = try store.check(request)
  #expect(report.verdict == broken.verdict)
  #expect(Set(report.errors.map(\.rule)) == broken.rules)
  #expect(report.errors.count == broken.errors)
  if let cause = broken.cause {
    #expect(report.errors.contains { $0.cause?.contains(cause) == true })
  }
}

@Test(arguments: ["small", "medium", "large"])
func goodOutputHasNothingAboveAWarning(size: String) throws {
  let request = try request(parsing: Fixture.text("postgresql/requests/\(size).yaml"))
  var store = try StateStoreSample()
  store.land(
    try Fixture.rendered("postgresql/rendered/\(size)"), namespace: request.namespace,
    name: request.name)
  let report = try store.check(request)
  #expect(report.verdict == .landed)
  #expect(report.rules == [.plaintextSecret])
  #expect(report.notes.isEmpty)
}

@Test func brokenNamespaceIsReportedWhereItStands() throws {
  var store = try StateStoreSample()
  store.land(try Fixture.rendered("broken/namespace-broken/rendered"))
  let finding = try #require(store.check(request()).findings.first)
  #expect(finding.rule == .wrongNamespace)
  #expect(finding.document == 1)
  #expect(finding.line == 5)
  #expect(finding.column == 14)
  #expect(finding.object == "Deployment/postgres-example")
  #expect(finding.pointer == "/metadata/namespace")
  #expect(finding.expected == "default")
  #expect(finding.actual == "postgres-examplespace")
}

@Test func tabIsReportedAtItsLine() throws {
  var store = try StateStoreSample()
  store.land(try Fixture.rendered("broken/invalid-yaml/rendered"))
  let finding = try store.check(request()).errors.only
  let text = try Fixture.text("broken/invalid-yaml/rendered/postgresql-instance.yaml")
  let line = text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
    $0.hasPrefix("\t")
  }
  #expect(finding.line == line.map { $0 + 1 })
}

@Test func objectUnderAPlaceholdersNameIsNotMissingToo() throws {
  var store = try StateStoreSample()
  store.land(try Fixture.rendered("broken/placeholder-left/rendered"))
  let names = try store.check(request()).findings(.placeholderLeft).filter {
    $0.pointer == "/metadata/name"
  }
  #expect(
    names.map(\.expected) == [
      "postgres-example-service", "postgres-example-pvc", "postgres-example-secret",
    ])
}

@Test func resourceWithoutAnyManifestIsNeverLanded() throws {
  var store = try StateStoreSample()
  store.land(try Fixture.rendered("broken/readme-alone/rendered"))
  let settings = try RuleSettings(parsing: ["not-a-manifest=off"])
  #expect(try store.check(request(), settings: settings).verdict == .wrong)
}

@Test func fileThatCannotBeReadLeavesTheVerdictOpen() throws {
  var store = try StateStoreSample()
  store.land(try Fixture.rendered("broken/invalid-yaml/rendered"))
  let settings = try RuleSettings(parsing: ["invalid-yaml=off"])
  #expect(try store.check(request(), settings: settings).verdict == .unknown)
}
