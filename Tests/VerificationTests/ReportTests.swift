import Foundation
import Git
import Landing
import Manifests
import Testing

@testable import Verification

private func sample() throws -> Report {
  let id = try #require(ObjectID(hexadecimal: String(repeating: "a", count: 40)))
  let commit = CommitSummary(id: id, time: "2026-11-23T18:31:00Z", author: "kratix", subject: "s")
  let finding = Finding(
    rule: .wrongNamespace, severity: .error, file: "worker/a.yaml", document: 1, line: 5,
    column: 14,
    object: "Deployment/a", pointer: "/metadata/namespace", expected: "default", actual: "x",
    cause: "c", remedy: "r", introduced: CommitSummary(id: id, time: "t", author: "kratix"))
  let resource = ResourceReport(
    promise: "postgresql", namespace: "default", name: "a", verdict: .wrong,
    placements: [.init(destination: "worker", path: "worker/a", commit: commit)],
    findings: [finding])
  return Report(
    stateStore: StateStoreDescription(
      name: "default", url: "https://git.example.com/state.git", branch: "main"),
    commit: CommitSummary(id: id, time: "2026-11-23T18:31:00Z"), resources: [resource])
}

@Test func jsonHasTheDocumentedKeysInTheirOrder() throws {
  let id = String(repeating: "a", count: 40)
  #expect(
    JSONWriter().text(of: try sample().node) == """
      {"schemaVersion":1,\
      "stateStore":{"name":"default","url":"https://git.example.com/state.git","branch":"main"},\
      "commit":{"id":"\(id)","time":"2026-11-23T18:31:00Z"},\
      "resources":[{"promise":"postgresql","namespace":"default","name":"a","verdict":"wrong",\
      "placements":[{"destination":"worker","path":"worker/a",\
      "commit":{"id":"\(id)","time":"2026-11-23T18:31:00Z","author":"kratix","subject":"s"}}],\
      "findings":[{"rule":"wrong-namespace","severity":"error","file":"worker/a.yaml",\
      "document":1,"line":5,"column":14,"object":"Deployment/a","pointer":"/metadata/namespace",\
      "expected":"default","actual":"x","cause":"c","remedy":"r",\
      "introduced":{"id":"\(id)","time":"t","author":"kratix"}}],"notes":[]}],\
      "summary":{"resources":1,"landed":0,"wrong":1,"missing":0,"misplaced":0,"unknown":0,\
      "errors":1,"warnings":0}}
      """)
}

@Test func treeAndEncoderSayTheSame() throws {
  let report = try sample()
  let encoded = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
  #expect(try ManifestFile(parsing: encoded, name: "r").documents.only.root == report.node)
  let text = JSONWriter().text(of: report.node)
  #expect(try JSONDecoder().decode(Report.self, from: Data(text.utf8)) == report)
}

@Test func whatIsNotKnownIsLeftOut() throws {
  let finding = Finding(rule: .notLanded, severity: .error)
  let report = Report(
    stateStore: StateStoreDescription(name: "", url: "", branch: ""), commit: nil,
    resources: [
      ResourceReport(
        promise: "p", namespace: "", name: "", verdict: .missing, placements: [],
        findings: [finding])
    ])
  let found = try #require(report.node.value(at: "/resources/0/findings/0")?.mapping)
  #expect(found.keys.map(\.self) == ["rule", "severity"])
  #expect(report.node["commit"] == nil)
}

@Test func commitOfASnapshotIsInTheReport() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": "a: 1"])
  let report = Report(
    stateStore: StateStoreDescription(name: "", url: "", branch: ""),
    snapshot: try store.snapshot(),
    resources: [])
  #expect(report.commit?.time == "2026-11-24T18:31:00Z")
  #expect(report.commit?.author == nil)
}

@Test func textReadsFromTheVerdictAndTheWorstOn() throws {
  var report = try sample()
  let landed = ResourceReport(
    promise: "postgresql", namespace: "default", name: "b", verdict: .landed, placements: [],
    findings: [], notes: ["n"])
  report = Report(
    stateStore: report.stateStore, commit: report.commit,
    resources: [landed, landed] + report.resources)
  #expect(
    TextReport().text(of: report) == """
      2 of 3 landed, 1 wrong, 1 error (main of https://git.example.com/state.git at aaaaaaa)

      wrong postgresql default/a
        worker/a.yaml:5:14: error wrong-namespace Deployment/a /metadata/namespace: \
      expected default, found x
            cause: c
            remedy: r
            introduced: aaaaaaa t by kratix
      landed postgresql default/b
      landed postgresql default/b
      note: n

      """)
}

@Test func textSaysOnceWhatFindingsHaveInCommonAndFitsTheWidth() throws {
  var report = try sample()
  var first = report.resources[0].findings[0]
  var (second, other) = (first, first)
  (second.line, second.pointer) = (9, "/spec")
  (other.file, other.cause) = ("worker/sub/b.yaml", nil)
  let lines = ["metadata:", "  namespace: x", "spec: {}"]
  first.excerpt = Excerpt(of: first, in: ["", "", ""] + lines, context: 1)
  report.resources[0].findings = [first, other, second]
  report = Report(
    stateStore: report.stateStore, commit: report.commit, resources: report.resources)
  let text = TextReport(width: 60).text(of: report)
  #expect(
    text == """
      0 of 1 landed, 1 wrong, 3 errors (main of
      https://git.example.com/state.git at aaaaaaa)

      wrong postgresql default/a in worker
        a.yaml:5:14: error wrong-namespace Deployment/a
            /metadata/namespace: expected default, found x
            4 | metadata:
            5 |   namespace: x
              |              ^
            6 | spec: {}
        a.yaml:9:14: error wrong-namespace Deployment/a /spec:
            expected default, found x
            cause: c
            remedy: r
            introduced: aaaaaaa t by kratix
        sub/b.yaml:5:14: error wrong-namespace Deployment/a
            /metadata/namespace: expected default, found x
            remedy: r
            introduced: aaaaaaa, as above

      """)
}

@Test func coloursAreThereOnlyWhenAskedFor() throws {
  let report = try sample()
  #expect(!TextReport().text(of: report).contains("\u{1b}"))
  #expect(TextReport(isColoured: true).text(of: report).contains("\u{1b}[31;1mwrong\u{1b}[0m"))
}

@Test func textOfOthersCannotSteerATerminal() throws {
  var report = try sample()
  report.resources[0].findings[0].actual = "a\u{1b}[2J\nb\u{202e}"
  let text = TextReport().text(of: report)
  #expect(text.contains("found a?[2J b?"))
}

@Test func settingsOfRulesAreRead() throws {
  let settings = try RuleSettings(parsing: ["wrong-namespace=warning", "plaintext-secret=off"])
  let findings = [
    Finding(rule: .wrongNamespace, severity: .error),
    Finding(rule: .plaintextSecret, severity: .warning), Finding(rule: .stale, severity: .warning),
  ]
  let applied = settings.applied(to: findings)
  #expect(applied.map(\.rule) == [.wrongNamespace, .stale])
  #expect(applied.map(\.severity) == [.warning, .warning])
}

@Test(arguments: ["wrong-namespace", "no-such-rule=off", "stale=loud", ""])
func settingThatCannotBeReadSaysWhatCan(text: String) {
  #expect(throws: InvalidRuleSetting.self) { try RuleSettings(parsing: [text]) }
}

@Test func verdictFollowsTheSettings() throws {
  var store = try StateStoreSample()
  store.land(try Fixture.rendered("broken/namespace-broken/rendered"))
  let settings = try RuleSettings(parsing: ["wrong-namespace=warning"])
  #expect(try store.check(request(), settings: settings).verdict == .landed)
}
