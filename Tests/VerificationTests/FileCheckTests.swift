import Git
import Kratix
import Testing
import Verification

@testable import Landing

private let directory = "worker/resources/default/postgresql/a/instance-configure/5058f"

private func expected(_ files: [String: String]) throws -> ExpectedPlacement {
  ExpectedPlacement(
    .resource(.request(promise: "postgresql", namespace: "default", name: "a")),
    destination: "worker", directory: try StatePath(directory),
    files: try files.sorted { $0.key < $1.key }.map { path, text in
      let bytes = Array(text.utf8)
      return ExpectedPlacement.File(
        path: "\(directory)/\(path)", blob: try ObjectID(of: GitObject(kind: .blob, bytes: bytes)),
        content: bytes)
    })
}

private func check(
  _ placements: [ExpectedPlacement], standing: [String: String]
) throws -> [ResourceReport] {
  var store = try StateStoreSample()
  for (path, text) in standing { store.files["\(directory)/\(path)"] = Array(text.utf8) }
  return try store.verifier().check(rendered: placements, in: store.snapshot())
}

struct FileCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let expected: [String: String]
  let standing: [String: String]
  let rules: [Rule]
  let verdict: Verdict

  static let all = [
    FileCase(
      testDescription: "the same files", expected: ["a": "1", "b/c": "2"],
      standing: ["a": "1", "b/c": "2"], rules: [], verdict: .landed),
    FileCase(
      testDescription: "nothing", expected: ["a": "1", "b": "2"], standing: [:],
      rules: [.notLanded], verdict: .missing),
    FileCase(
      testDescription: "one missing", expected: ["a": "1", "b": "2"], standing: ["a": "1"],
      rules: [.missingFile], verdict: .wrong),
    FileCase(
      testDescription: "one modified", expected: ["a": "1"], standing: ["a": "2"],
      rules: [.modifiedFile], verdict: .wrong),
    FileCase(
      testDescription: "one too many", expected: ["a": "1"], standing: ["a": "1", "old": "2"],
      rules: [.orphanFile], verdict: .wrong),
    FileCase(
      testDescription: "all other files", expected: ["a": "1"], standing: ["old": "1"],
      rules: [.notLanded, .orphanFile], verdict: .missing),
    FileCase(
      testDescription: "removed and gone", expected: [:], standing: [:], rules: [],
      verdict: .landed),
    FileCase(
      testDescription: "removed and there", expected: [:], standing: ["a": "1"],
      rules: [.orphanFile], verdict: .wrong),
  ]
}

@Test(arguments: FileCase.all)
func filesAreComparedByTheirBlobs(_ row: FileCase) throws {
  let report = try check([expected(row.expected)], standing: row.standing).only
  #expect(report.findings.map(\.rule) == row.rules)
  #expect(report.verdict == row.verdict)
}

@Test func modifiedManifestIsNamedByItsField() throws {
  let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  type: ClusterIP\n"
  let report = try check(
    [expected(["a.yaml": text])],
    standing: ["a.yaml": text.replacing("ClusterIP", with: "NodePort")]
  ).only
  let finding = try report.errors.only
  #expect(finding.rule == .modifiedFile)
  #expect(finding.object == "Service/a")
  #expect(finding.pointer == "/spec/type")
  #expect(finding.line == 5)
  #expect(finding.expected == "ClusterIP")
  #expect(finding.actual == "NodePort")
}

@Test func fieldTooManyIsNamed() throws {
  let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
  let report = try check(
    [expected(["a.yaml": text])], standing: ["a.yaml": text + "spec: {type: NodePort}\n"]
  ).only
  let finding = try report.errors.only
  #expect(finding.pointer == "/spec")
  #expect(finding.expected == "nothing")
}

@Test func modifiedSecretDoesNotShowItsValues() throws {
  let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter1}\n"
  let report = try check(
    [expected(["a.yaml": text])], standing: ["a.yaml": text.replacing("hunter1", with: "hunter2")]
  ).only
  let finding = try report.errors.only
  #expect(finding.pointer == "/stringData/password")
  #expect(finding.expected == "(redacted)")
  #expect(finding.actual == "(redacted)")
}

@Test func changeOfCommentsAloneIsSaidToBeOne() throws {
  let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
  let report = try check(
    [expected(["a.yaml": text])], standing: ["a.yaml": "# mine\n" + text]
  ).only
  #expect(try report.errors.only.cause == "the manifests say the same; their text differs")
}

@Test func receiptIsCheckedWithoutTheBytes() throws {
  let wanted = try expected(["a": "1"])
  let receipt = Receipt.LandedPlacement(
    name: "a.worker-5058f", destination: "worker", outcome: .landed, misplaced: false,
    path: directory, tree: nil, commit: nil,
    files: wanted.files.map { Receipt.File(path: $0.path, blob: $0.blob, size: 1) })
  let placement = try ExpectedPlacement(receipt, on: StateStoreSample().platform)
  #expect(
    placement.subject
      == .resource(.request(promise: "postgresql", namespace: "default", name: "a")))
  #expect(try check([placement], standing: ["a": "1"]).only.verdict == .landed)
  #expect(try check([placement], standing: ["a": "2"]).only.verdict == .wrong)
}

struct ReceiptCase: Sendable {
  let destinationPath: String
  let placement: PlacementID
}

private let workflow = PlacementID(
  resource: .dependency(promise: "postgresql"), pipeline: "pc", group: "5058f")
private let dependencies = PlacementID(
  resource: .dependency(promise: "postgresql"), pipeline: nil, group: "5058f")
private let request = PlacementID(
  resource: .request(promise: "postgresql", namespace: "default", name: "a"), pipeline: "c",
  group: "cafe1")

@Test(
  "a receipt is of what its path tells below the Destination's directory",
  arguments: [
    ReceiptCase(destinationPath: "worker", placement: workflow),
    ReceiptCase(destinationPath: "resources/x", placement: workflow),
    ReceiptCase(destinationPath: "resources/x/y", placement: dependencies),
    ReceiptCase(destinationPath: "dependencies", placement: dependencies),
    ReceiptCase(destinationPath: "resources/a/b/c/d/5058f", placement: request),
  ])
func receiptBelowAnyDestination(row: ReceiptCase) throws {
  var platform = Platform()
  platform.add(GitStateStore(name: "one", url: "https://git.example.com/state.git"))
  platform.add(Destination(name: "worker", path: row.destinationPath, stateStoreName: "one"))
  let path = ([row.destinationPath] + NestedPath.names(of: row.placement)).joined(separator: "/")
  let receipt = Receipt.LandedPlacement(
    name: "w-12345.worker-5058f", destination: "worker", outcome: .landed, misplaced: false,
    path: path, tree: nil, commit: nil, files: [])
  #expect(
    try ExpectedPlacement(receipt, on: platform).subject == .resource(row.placement.resource))
}

@Test func placementOfAWorkIsExpectedWhereItsLayoutPutsIt() throws {
  let store = try StateStoreSample()
  let destination = try #require(store.platform.destinations["worker"])
  let group = WorkloadGroup(
    directory: ".", workloads: [Workload(filepath: "a", content: Array("1".utf8))],
    destinationSelectors: [])
  let work = Work(
    name: "postgresql-a-instance-configure-12345", namespace: "default", promiseName: "postgresql",
    resourceName: "a", pipelineName: "instance-configure", workloadGroups: [group])
  let placement = try ExpectedPlacement(
    Placement(work: work, group: group, destination: destination), in: store.stateStore)
  #expect(placement == (try expected(["a": "1"])))
}

@Test func placementsOfOneResourceAreOneReport() throws {
  let first = try expected(["a": "1"])
  var second = first
  second.destination = "platform"
  second.directory = try StatePath("platform/x")
  second.files = []
  let report = try check([first, second], standing: ["a": "1"]).only
  #expect(report.placements.map(\.destination) == ["worker", "platform"])
  #expect(report.verdict == .landed)
}

@Test func secretInAListIsNotShownEither() throws {
  let list =
    "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, data: {a: hunter}}]}"
  let report = try check(
    [expected(["a.yaml": list])],
    standing: ["a.yaml": list.replacing("a: hunter", with: "a: other, b: hunter")])
  #expect(try report.only.errors.only.pointer == "/items/0/data/a")
  #expect(!"\(report)".contains("hunter"))
}

@Test func passwordThatWasTypedIntoTheEnvironmentIsNotShown() throws {
  let text = """
    apiVersion: v1
    kind: Pod
    metadata: {name: a}
    spec: {containers: [{name: a, env: [{name: A}, {name: DB_PASSWORD}]}]}
    """
  let report = try check(
    [expected(["a.yaml": text])],
    standing: [
      "a.yaml": text.replacing(
        "{name: A}, {name: DB_PASSWORD}", with: "{name: DB_PASSWORD, value: hunter}, {name: A}")
    ])
  #expect(try report.only.errors.only.actual == "(redacted)")
}

@Test func documentThatIsNoObjectIsNotSaidToBeTheSame() throws {
  let text = "{apiVersion: v1, kind: Service, metadata: {name: a}}\n---\na: 1\n"
  let report = try check(
    [expected(["a.yaml": text])], standing: ["a.yaml": text.replacing("a: 1", with: "a: 2")])
  #expect(try report.only.errors.only.cause == "the bytes differ")
}

@Test func twoSpellingsOfOneAccentAreTwoFiles() throws {
  let names = ["caf\u{e9}.yaml", "cafe\u{301}.yaml"]
  var objects = NewObjects()
  // Git's order of names, by bytes.
  var entries: [(name: String, mode: String, id: ObjectID)] = [
    (names[1], "100644", try objects.add(.blob, Array("theirs: 1\n".utf8))),
    (names[0], "100644", try objects.add(.blob, Array("a: 1\n".utf8))),
  ]
  func tree() throws -> ObjectID {
    try objects.add(
      .tree, entries.flatMap { Array("\($0.mode) \($0.name)\0".utf8) + $0.id.bytes })
  }
  for name in directory.split(separator: "/").reversed() {
    entries = [(String(name), "40000", try tree())]
  }
  let author = Signature(name: "kratix", email: "", seconds: 1_795_545_060)
  let commit = Commit(
    tree: try tree(), parents: [], author: author, committer: author, message: "Update from: test")
  let id = try objects.add(.commit, commit.bytes)
  let snapshot = try Snapshot(
    of: id, reading: Overlay(objects, over: try ObjectDatabase.inMemory()))
  #expect(try snapshot.files(below: StatePath(directory)).count == 2)
  let report = try StateStoreSample().verifier()
    .check(rendered: [expected([names[0]: "a: 1\n"])], in: snapshot).only
  #expect(report.findings.map(\.rule) == [.orphanFile])
  let file = try #require(report.findings.first?.file)
  #expect(file.utf8.elementsEqual("\(directory)/\(names[1])".utf8))
}
