import Testing
import Verification

/// One change to the good output, and what it must be held to be.
struct RuleCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let old: String
  let new: String
  let rule: Rule?
  var pointer: String?

  init(
    _ description: String, _ old: String, _ new: String, _ rule: Rule?, at pointer: String? = nil
  ) {
    testDescription = description
    self.old = old
    self.new = new
    self.rule = rule
    self.pointer = pointer
  }

  private static let end = "password: change-me-after-the-first-login\n"
  private static let container = "          readinessProbe:\n"

  private static func added(_ manifest: String) -> String { end + "---\n" + manifest + "\n" }

  private static func inContainer(_ text: String) -> String { text + "\n" + container }

  static let wrong = [
    RuleCase(
      "a Secret's name", "name: \"postgres-example-secret\"\n  namespace",
      "name: other\n  namespace",
      .missingResource),
    RuleCase("the image", "postgres:15-alpine", "postgres:14", .fieldMismatch),
    RuleCase("a port", "targetPort: 5432", "targetPort: 5433", .fieldMismatch),
    RuleCase("the version", "apiVersion: apps/v1", "apiVersion: apps/v1beta1", .fieldMismatch),
    RuleCase(
      "a Secret's key", "  password: change", "  passphrase: change", .fieldMismatch,
      at: "/stringData/password"),
    RuleCase(
      "a list of another length", "- ReadWriteOnce", "- ReadWriteOnce\n    - ReadOnlyMany",
      .fieldMismatch),
    RuleCase(
      "an unknown field of spec", "  type: ClusterIP", "  type: ClusterIP\n  replicas: 2",
      .unknownField, at: "/spec/replicas"),
    RuleCase("an unknown field", "type: Opaque", "type: Opaque\nspec: {a: 1}", .unknownField),
    RuleCase(
      "a namespace", "namespace: \"default\"\n  labels", "namespace: x\n  labels",
      .wrongNamespace),
    RuleCase(
      "a claim", "claimName: \"postgres-example-pvc\"", "claimName: other",
      .danglingReference),
    RuleCase("a key", "key: password", "key: passphrase", .danglingReference),
    RuleCase(
      "a ConfigMap", container, inContainer("          envFrom: [{configMapRef: {name: a}}]"),
      .danglingReference),
    RuleCase(
      "a variable", "value: postgres\n", "value: ${USER}\n", .placeholderLeft,
      at: "/spec/template/spec/containers/0/env/1/value"),
    RuleCase("a template", "value: postgres\n", "value: '{{ .user }}'\n", .placeholderLeft),
    RuleCase("a reference", "value: postgres\n", "value: $(USER)\n", .placeholderLeft),
    RuleCase("a word", "value: postgres\n", "value: placeholder-user\n", .placeholderLeft),
    RuleCase(
      "an argument", container, inContainer("          args: [--user, $(USER)]"), .placeholderLeft),
    RuleCase(
      "a second copy", end, added(pod("Secret", "postgres-example-secret")),
      .duplicateResource),
    RuleCase("an object too many", end, added(pod("ServiceAccount", "a")), .unexpectedResource),
    RuleCase("a document without kind", end, added("a: 1"), .notAManifest),
    RuleCase(
      "a number in stringData", "password: change-me-after-the-first-login", "password: 12345678",
      .fieldMismatch, at: "/stringData/password"),
    RuleCase(
      "no base64 in data", "stringData:\n  password: change-me-after-the-first-login",
      "data:\n  password: not-base64-!!", .fieldMismatch, at: "/data/password"),
    RuleCase("a key twice", "type: Opaque", "type: Opaque\ntype: Opaque", .invalidYAML),
  ]

  static let right = [
    RuleCase("an equal quantity", "storage: 1Gi", "storage: 1024Mi", nil),
    RuleCase("a field more", "replicas: 1", "replicas: 1\n  paused: false", nil),
    RuleCase("a null", "type: Opaque", "type: Opaque\nspec: null", nil),
    RuleCase("Kubernetes' status", "type: Opaque", "type: Opaque\nstatus: {}", nil),
    RuleCase(
      "base64", "stringData:\n  password: change-me-after-the-first-login",
      "data:\n  password: YQ==", nil),
    RuleCase("an empty document", end, added("# nothing"), nil),
    RuleCase(
      "an expanded argument", container, inContainer("          args: [$(POSTGRES_USER)]"),
      nil),
    RuleCase(
      "a script", container, inContainer("          command: [sh, -c, 'echo ${HOME} $(date)']"), nil
    ),
    RuleCase("an escaped reference", "value: postgres\n", "value: $$(USER)\n", .fieldMismatch),
    RuleCase(
      "another environment variable", "- name: POSTGRES_USER",
      "- {name: TZ, value: UTC}\n            - name: POSTGRES_USER", nil),
    RuleCase(
      "an optional ConfigMap", container,
      inContainer("          envFrom: [{configMapRef: {name: a, optional: true}}]"), nil),
    RuleCase(
      "a word like it", "value: postgres\n", "value: my-placeholder-image\n", .fieldMismatch),
  ]

  private static func pod(_ kind: String, _ name: String) -> String {
    "apiVersion: v1\nkind: \(kind)\nmetadata: {name: \(name), namespace: default}"
  }
}

private func report(_ row: RuleCase) throws -> ResourceReport {
  let text = try Fixture.postgresql()
  try #require(text.contains(row.old))
  var store = try StateStoreSample()
  store.land(["instance.yaml": try Fixture.postgresql(replacing: row.old, with: row.new)])
  return try store.check(request())
}

@Test(arguments: RuleCase.wrong)
func ruleFindsWhatIsWrong(_ row: RuleCase) throws {
  let report = try report(row)
  let rule = try #require(row.rule)
  #expect(report.rules.contains(rule), "\(report.findings)")
  if let pointer = row.pointer { #expect(report.findings(rule).map(\.pointer) == [pointer]) }
}

@Test func secretThatIsRefusedIsNotShown() throws {
  let text = try Fixture.postgresql(
    replacing: "password: change-me-after-the-first-login", with: "password: 12345678")
  var store = try StateStoreSample()
  store.land(["instance.yaml": text])
  let finding = try store.check(request()).findings(.fieldMismatch).only
  #expect(finding.expected == "a string")
  #expect(finding.actual == "an integer")
  #expect(finding.severity == .error)
}

@Test func stringBesideANumberIsQuoted() throws {
  var store = try StateStoreSample()
  store.land([
    "instance.yaml": try Fixture.postgresql(replacing: "replicas: 1", with: "replicas: \"1\"")
  ])
  let finding = try store.check(request()).findings(.fieldMismatch).only
  #expect(finding.expected == "1")
  #expect(finding.actual == "\"1\"")
}

@Test(arguments: RuleCase.right)
func ruleLeavesWhatIsRight(_ row: RuleCase) throws {
  let found = try report(row).rules.subtracting([.plaintextSecret])
  #expect(found == Set([row.rule].compactMap { $0 }))
}

@Test func fileThatIsNoManifestIsAWarningBesideManifests() throws {
  var store = try StateStoreSample()
  store.land([
    "instance.yaml": try Fixture.postgresql(), "README.md": "# hello", "empty.yaml": "\n",
    ".gitkeep": "",
  ])
  let report = try store.check(request())
  #expect(report.verdict == .landed)
  #expect(report.findings(.notAManifest).map(\.severity) == [.warning, .warning])
}

@Test(arguments: [
  ("a: 1\n", [:], Severity.error),
  ("a: 1\n", ["kustomization.yaml": "resources: [instance.yaml]\n"], .warning),
  ("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\n", [:], .error),
])
func documentThatNothingAppliesIsAnErrorUnlessAKustomizationSaysWhatIsRead(
  text: String, beside: [String: String], severity: Severity
) throws {
  var store = try StateStoreSample()
  store.land(
    ["instance.yaml": try Fixture.postgresql(), "more.yaml": text]
      .merging(beside) { first, _ in first })
  #expect(try store.check(request()).findings(.notAManifest).map(\.severity) == [severity])
}

@Test(arguments: [
  ("configMapGenerator: [{name: a, files: [config=./more.yaml]}]\n", 0),
  ("patches: [{path: more.yaml}]\n", 0), ("resources: [more.yaml]\n", 1),
])
func fileOfWhichAKustomizationMakesSomethingNeedsNoManifest(text: String, count: Int) throws {
  var store = try StateStoreSample()
  store.land([
    "instance.yaml": try Fixture.postgresql(), "more.yaml": "a: 1\n", "kustomization.yaml": text,
  ])
  #expect(try store.check(request()).findings(.notAManifest).count == count)
}

@Test(arguments: [
  ("[null, {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]", "an item that is null"),
  (
    "[{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, metadata: {name: a}}]}]",
    "a list within a list"
  ),
  (
    "[hello, {apiVersion: v1, kind: Secret, metadata: {name: a}}]",
    "an item without apiVersion and kind"
  ),
])
func itemOfAListThatKubectlRefusesIsAnError(items: String, actual: String) throws {
  var store = try StateStoreSample()
  store.land([
    "instance.yaml": try Fixture.postgresql(),
    "list.yaml": "apiVersion: v1\nkind: List\nitems: \(items)\n",
  ])
  let finding = try store.check(request()).findings(.notAManifest).only
  #expect(finding.severity == .error)
  #expect(finding.actual == actual)
  #expect(finding.line == 3 && finding.pointer == "/items/0")
}

@Test func numberAsAPIVersionIsNamed() throws {
  var store = try StateStoreSample()
  store.land([
    "instance.yaml": try Fixture.postgresql(),
    "a.yaml": "apiVersion: 1\nkind: ConfigMap\nmetadata: {name: a}\n",
  ])
  let finding = try store.check(request()).findings(.notAManifest).only
  #expect(finding.actual == "a document with an integer as apiVersion, and not a text")
}

@Test func placementWithoutAManifestIsAnErrorThoughAnotherOneHasSome() throws {
  var store = try StateStoreSample()
  store.land(["instance.yaml": try Fixture.postgresql()])
  store.land(["README.md": "# hello"], group: "73fef")
  let finding = try store.check(request()).findings(.notAManifest).only
  #expect(finding.severity == .error)
  #expect(finding.cause == "the pipeline put out no manifest at all")
}

@Test func listWithoutObjectsIsNoManifest() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": "{apiVersion: v1, kind: List, items: []}"])
  let report = try store.check(request())
  #expect(report.verdict == .wrong)
  #expect(report.findings.map(\.rule) == [.notAManifest])
  store.land(["instance.yaml": try Fixture.postgresql()])
  #expect(try store.check(request()).findings(.notAManifest).map(\.severity) == [.warning])
}

@Test func fileThatNotEveryProgramReadsIsAnErrorThatNamesIt() throws {
  var store = try StateStoreSample()
  let map = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#
  let instance = try Fixture.postgresql()
  for (text, who) in [
    (map + map.replacing("\"a\"", with: "\"b\""), "kustomize and Flux do not read this"),
    (map + "\n---\n" + map, "kubectl before 1.33 and Argo CD do not read this"),
  ] {
    store.land(["instance.yaml": instance, "maps.json": text])
    let finding = try store.check(request()).findings(.invalidYAML).only
    #expect(finding.severity == .error)
    #expect(finding.actual?.hasPrefix(who) == true, "\(finding)")
  }
}

@Test func manifestWithoutNamespaceCountsAsBeingInDefault() throws {
  let text = try Fixture.postgresql(replacing: "  namespace: \"default\"\n", with: "")
  var store = try StateStoreSample()
  store.land(["instance.yaml": text])
  #expect(try store.check(request()).verdict == .landed)
  store.land(["instance.yaml": text], namespace: "payments")
  let findings = try store.check(request(namespace: "payments")).findings(.wrongNamespace)
  #expect(findings.map(\.actual) == Array(repeating: "no namespace, so default", count: 4))
}

@Test func clusterScopedObjectHasNoNamespaceToBeWrong() throws {
  var store = try StateStoreSample()
  let namespace = "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n"
  store.land(["instance.yaml": try Fixture.postgresql() + namespace])
  #expect(try store.check(request()).rules == [.plaintextSecret, .unexpectedResource])
}

@Test func objectsOfOneResourceMayBeInSeveralFiles() throws {
  var store = try StateStoreSample()
  let documents = try Fixture.postgresql().split(separator: "---\n").map(String.init)
  for (index, document) in documents.enumerated() { store.land(["\(index).yaml": document]) }
  #expect(try store.check(request()).verdict == .landed)
}

@Test func secretThatAnOperatorMakesIsNotMissed() throws {
  let text = """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: a, namespace: default}
    spec:
      template:
        spec:
          containers:
            - {name: a, envFrom: [{secretRef: {name: sealed}}, {secretRef: {name: external}}]}
    ---
    {apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: sealed}}
    ---
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: {name: a}
    spec: {target: {name: external}}
    """
  var store = try StateStoreSample()
  store.land(["a.yaml": text])
  #expect(try store.check(request()).findings(.danglingReference).isEmpty)
}

@Test func secretThatIsEncryptedIsNotInClear() throws {
  var store = try StateStoreSample()
  let text = try Fixture.postgresql(replacing: "type: Opaque", with: "sops: {mac: x}\ntype: Opaque")
  store.land(["instance.yaml": text])
  #expect(try store.check(request()).findings.isEmpty)
}

@Test func fileInAConfigMapMayHaveALanguageOfItsOwn() throws {
  let text = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: a, namespace: default}
    data:
      one: ${LEFT}
      file: |
        listen ${port};
        user {{ user }};
    """
  var store = try StateStoreSample()
  store.land(["instance.yaml": try Fixture.postgresql(), "map.yaml": text])
  #expect(try store.check(request()).findings(.placeholderLeft).map(\.pointer) == ["/data/one"])
}

@Test func placeholderSaysWhatShouldHaveCome() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": try Fixture.postgresql(replacing: "replicas: 1", with: "replicas: ${N}")])
  let finding = try store.check(request()).errors.only
  #expect(finding.rule == .placeholderLeft)
  #expect(finding.expected == "1")
  #expect(finding.actual == "${N}")
}
