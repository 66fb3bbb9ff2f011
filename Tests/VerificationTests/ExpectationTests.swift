import Kratix
import Manifests
import Testing
import Verification

private func expectations(_ text: String) throws -> Expectations {
  let file = try ManifestFile(parsing: text, name: "e.yaml")
  return try Expectations(file.objects.map { PlatformObject($0, file: file.name) })
}

private let head = """
  apiVersion: statestore.dev/v1alpha1
  kind: Expectation
  metadata: {name: cache}

  """

struct ExpectationFault: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let spec: String
  let position: String
  let words: String

  static let all = [
    ExpectationFault(
      testDescription: "unknown key", spec: "spec:\n  promise: cache\n  resource: []",
      position: "6:3", words: "spec.resource is unknown"),
    ExpectationFault(
      testDescription: "unknown key of a parameter",
      spec: "spec: {promise: a, resources: [], parameters: [{name: x, form: y}]}",
      position: "4:58", words: "spec.parameters[0].form is unknown"),
    ExpectationFault(
      testDescription: "unresolved reference",
      spec: "spec:\n  promise: a\n  resources:\n  - apiVersion: v1\n    kind: Secret\n"
        + "    metadata:\n      name: $(nmae)-secret",
      position: "10:13", words: "$(nmae) names no parameter"),
    ExpectationFault(
      testDescription: "reference in a key",
      spec: "spec:\n  promise: a\n  resources:\n  - apiVersion: v1\n    kind: Secret\n"
        + "    metadata:\n      name: a\n      labels: {$(name): x}",
      position: "11:16", words: "is in a key"),
    ExpectationFault(
      testDescription: "no promise", spec: "spec: {resources: []}", position: "4:7",
      words: "spec.promise is missing"),
    ExpectationFault(
      testDescription: "parameter twice",
      spec: "spec: {promise: a, resources: [], parameters: [{name: namespace, from: a}]}",
      position: "4:55", words: "already"),
    ExpectationFault(
      testDescription: "lookup of nothing",
      spec: "spec: {promise: a, resources: [], parameters: [{name: x, lookup: other, values: {}}]}",
      position: "4:66", words: "no parameter other"),
    ExpectationFault(
      testDescription: "object without a name",
      spec: "spec: {promise: a, resources: [{apiVersion: v1, kind: Secret}]}", position: "4:32",
      words: "spec.resources[0].metadata.name is missing"),
    ExpectationFault(
      testDescription: "path that is none",
      spec: "spec: {promise: a, resources: [], parameters: [{name: x, from: a..b}]}",
      position: "4:64", words: "no path to a field"),
  ]
}

@Test(arguments: ExpectationFault.all)
func faultOfAnExpectationHasItsPlace(_ fault: ExpectationFault) throws {
  let error = #expect(throws: ManifestError.self) { try expectations(head + fault.spec) }
  #expect(error?.position?.description == fault.position)
  #expect(error?.description.contains(fault.words) == true, "\(String(describing: error))")
}

@Test func otherKindOfTheGroupIsAnError() throws {
  let text = head.replacing("kind: Expectation", with: "kind: Expectations")
  #expect(throws: ManifestError.self) { try expectations(text + "spec: {promise: a}") }
}

@Test func expectationOfABuiltInsNameTakesItsPlace() throws {
  let promise = try #require(StateStoreSample().platform.promises["postgresql"])
  #expect(
    try Expectations().of(promise, named: "postgresql").map(\.file) == [
      "the built-in Expectation postgresql"
    ])
  let text = head.replacing("cache", with: "postgresql")
  let overriding = try expectations(text + "spec: {promise: postgresql, resources: []}")
  #expect(overriding.of(promise, named: "postgresql").map(\.file) == ["e.yaml"])
}

private func check(spec: String, landed: String, request specification: String) throws
  -> ResourceReport
{
  var store = try StateStoreSample()
  try store.add(head.replacing("cache", with: "postgresql") + spec, file: "e.yaml")
  store.land(["a.yaml": landed])
  return try store.check(request(spec: specification))
}

@Test func scalarThatIsOneReferenceKeepsItsType() throws {
  let spec = """
    spec:
      promise: postgresql
      parameters:
        - {name: count, from: spec.count, default: 1}
        - {name: flag, from: spec.flag, default: true}
      resources:
        - apiVersion: x.y/v1
          kind: Z
          metadata: {name: $(name)}
          immutable: $(flag)
          data: {text: "$(promise): $(count) of $$(count)", number: $(count)}
    """
  let landed = """
    apiVersion: x.y/v1
    kind: Z
    metadata: {name: postgres-example}
    immutable: true
    data: {text: "postgresql: 3 of $$(count)", number: 3}
    """
  let report = try check(
    spec: spec, landed: landed.replacing("$$(count)", with: "$(count)"), request: "{count: 3}")
  #expect(report.findings(.fieldMismatch).isEmpty)
  let mistyped = try check(
    spec: spec, landed: landed.replacing("number: 3", with: "number: '3'"), request: "{count: 3}")
  #expect(mistyped.findings(.fieldMismatch).contains { $0.pointer == "/data/number" })
}

@Test func namespaceOfAnExpectationWinsOverTheRequests() throws {
  let spec = """
    spec:
      promise: postgresql
      resources:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: monitoring}}
    """
  let landed = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: monitoring}}"
  #expect(try check(spec: spec, landed: landed, request: "{}").findings.isEmpty)
}

@Test func requestThatNoTableKnowsCannotBeJudged() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": try Fixture.postgresql()])
  // The schema of the Promise would refuse it first.
  let settings = try RuleSettings(parsing: ["invalid-request=off"])
  let report = try store.check(request(spec: "{size: huge}"), settings: settings)
  #expect(report.verdict == .unknown)
  #expect(report.notes.contains { $0.contains("size \"huge\" is not in the table of storage") })
}

@Test func withoutAnExpectationGenericRulesRunAndANoteSaysSo() throws {
  var store = try StateStoreSample()
  try store.add(
    Fixture.text("postgresql/promise.yaml").replacing("name: postgresql\n", with: "name: cache\n")
      .replacing("kind: postgresql", with: "kind: cache"))
  store.files["worker/resources/default/cache/a/instance-configure/5058f/a.yaml"] = Array(
    "---\n{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {replicas: 1}}".utf8)
  let report = try store.check(request("a", kind: "cache"))
  #expect(report.rules == [.unknownField])
  #expect(report.notes.contains { $0.contains("no Expectation for the Promise cache") })
}
