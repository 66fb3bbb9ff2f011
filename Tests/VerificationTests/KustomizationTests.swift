import Testing
import Verification

/// Files beside the good output, and what is found not to be applied.
private struct KustomizationCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let files: [String: String]
  /// The last parts of the paths of findings, sorted.
  let unapplied: [String]

  init(_ description: String, _ files: [String: String], unapplied: [String] = []) {
    testDescription = description
    self.files = files
    self.unapplied = unapplied
  }

  private static let map =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n"
  private static let json =
    #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}"#

  private static func with(_ kustomization: String, _ files: [String: String] = [:])
    -> [String: String]
  {
    files.merging(["kustomization.yaml": kustomization]) { first, _ in first }
  }

  static let all = [
    KustomizationCase("no kustomization", ["a.yaml": map]),
    KustomizationCase("everything is listed", with("resources: [instance.yaml]\n")),
    KustomizationCase(
      "a manifest is not listed", with("resources: [instance.yaml]\n", ["a.yaml": map]),
      unapplied: ["a.yaml"]),
    KustomizationCase(
      "nothing is listed", with("namespace: default\n"), unapplied: ["instance.yaml"]),
    KustomizationCase(
      "what is listed is not there", with("resources: [instance.yaml, ./b.yaml]\n"),
      unapplied: ["kustomization.yaml"]),
    KustomizationCase(
      "a directory has one of its own",
      with(
        "resources: [instance.yaml, more/]\n",
        ["more/kustomization.yml": "resources: [../a.yaml]\n", "a.yaml": map])),
    KustomizationCase(
      "a directory has none", with("resources: [instance.yaml, more]\n", ["more/a.yaml": map]),
      unapplied: ["a.yaml", "kustomization.yaml"]),
    KustomizationCase(
      "a directory with one, and none above it",
      ["more/Kustomization": "resources: [a.yaml]\n", "more/a.yaml": map, "more/b.yaml": map],
      unapplied: ["b.yaml"]),
    KustomizationCase(
      "another repository",
      with("resources: [instance.yaml, 'https://example.org/x?ref=1', github.com/a/b]\n")),
    KustomizationCase(
      "out of the directory", with("resources: [instance.yaml, ../../../../../../shared]\n")),
    KustomizationCase(
      "a patch", with("resources: [instance.yaml]\npatches: [{path: a.yaml}]\n", ["a.yaml": map])),
    KustomizationCase(
      "two that list each other",
      with(
        "resources: [instance.yaml, more]\n", ["more/kustomization.yaml": "resources: [../]\n"])),
    KustomizationCase("JSON", ["a.json": json], unapplied: ["a.json"]),
    KustomizationCase(
      "JSON that is listed", with("resources: [instance.yaml, a.json]\n", ["a.json": json])),
  ]
}

@Test(arguments: KustomizationCase.all)
private func manifestThatTheAgentDoesNotReadIsFound(_ row: KustomizationCase) throws {
  var store = try StateStoreSample()
  store.land(row.files.merging(["instance.yaml": try Fixture.postgresql()]) { first, _ in first })
  let findings = try store.check(request()).findings(.notApplied)
  let names = findings.compactMap { $0.file?.split(separator: "/").last.map(String.init) }
  #expect(names.sorted() == row.unapplied, "\(findings)")
  let isJSON = row.unapplied == ["a.json"]
  #expect(findings.allSatisfy { $0.severity == (isJSON ? .warning : .error) })
}

@Test func missingEntryOfAKustomizationIsFoundAtItsLine() throws {
  var store = try StateStoreSample()
  store.land([
    "instance.yaml": try Fixture.postgresql(),
    "kustomization.yaml": "resources:\n- instance.yaml\n- service.yaml\n",
  ])
  let finding = try store.check(request()).findings(.notApplied).only
  #expect(finding.line == 3 && finding.column == 3)
  #expect(finding.actual == "nothing is at service.yaml")
}

@Test(arguments: ["namespace: default", "namePrefix: team-", "patches: [{patch: 'x: y'}]"])
func whatAKustomizationMayChangeIsNoErrorAndNotLanded(field: String) throws {
  var store = try StateStoreSample()
  let output = try Fixture.postgresql().replacing("namespace: \"default\"", with: "namespace: x")
  store.land([
    "instance.yaml": output, "kustomization.yaml": "resources: [instance.yaml]\n\(field)\n",
  ])
  let report = try store.check(request())
  #expect(report.verdict == .unknown)
  #expect(report.errors.isEmpty, "\(report.errors)")
  #expect(report.rules.contains(.wrongNamespace))
  #expect(report.notes.contains { $0.contains("kubectl kustomize shows what is applied") })
}
