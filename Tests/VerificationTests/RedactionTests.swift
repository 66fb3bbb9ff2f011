import Testing

@testable import Verification

/// A secret value in some place of the good output.
struct SecretPlace: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let old: String
  let new: String

  static let all = [
    SecretPlace(
      testDescription: "stringData", old: "password: change-me-after-the-first-login",
      new: "password: ${hunter2}"),
    SecretPlace(
      testDescription: "data that is no mapping",
      old: "stringData:\n  password: change-me-after-the-first-login", new: "data: [hunter2]"),
    SecretPlace(
      testDescription: "unknown field of a Secret", old: "type: Opaque",
      new: "type: Opaque\nstringdata: {password: hunter2}"),
    SecretPlace(
      testDescription: "environment", old: "value: postgres\n",
      new: "value: postgres\n            - {name: DB_PASSWORD, value: '${hunter2}'}\n"),
    SecretPlace(
      testDescription: "environment in a merged field", old: "  type: ClusterIP",
      new: "  type: ClusterIP\n  template: {env: [{name: API_TOKEN, value: hunter2}]}"),
    SecretPlace(
      testDescription: "a field of that name", old: "  type: ClusterIP",
      new: "  type: ClusterIP\n  template: {password: hunter2}"),
    SecretPlace(
      testDescription: "an argument", old: "          readinessProbe:\n",
      new: "          args: ['--password=hunter2 ${X}']\n          readinessProbe:\n"),
    SecretPlace(
      testDescription: "an address", old: "value: postgres\n",
      new: "value: postgres\n            - {name: URL, value: 'http://u:hunter2@h/${X}'}\n"),
    SecretPlace(
      testDescription: "a number in the environment", old: "  type: ClusterIP",
      new: "  type: ClusterIP\n  template: {env: [{name: PIN_PASSWORD, value: 918273}]}"),
    SecretPlace(
      testDescription: "a number that is none", old: "password: change-me-after-the-first-login",
      new: "password: !!int hunter2"),
    SecretPlace(
      testDescription: "an alias", old: "password: change-me-after-the-first-login",
      new: "password: *hunter2"),
    SecretPlace(
      testDescription: "a copy of kubectl", old: "type: Opaque",
      new: """
        type: Opaque
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: copied
          namespace: default
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"a":"${X}","b":"hunter2"}}'
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: rest, namespace: default}
        """),
  ]
}

@Test(arguments: SecretPlace.all)
func secretValueIsInNoFinding(_ place: SecretPlace) throws {
  try #require(Fixture.postgresql().contains(place.old))
  var store = try StateStoreSample()
  store.land(["a.yaml": try Fixture.postgresql(replacing: place.old, with: place.new)])
  let report = try store.check(request())
  #expect(report.findings.count > 1 || report.rules == [.invalidYAML])
  #expect(!"\(report)".contains("hunter2") && !"\(report)".contains("918273"))
  let text = try Fixture.postgresql(replacing: place.old, with: place.new)
  let shown = VisibleLines(of: Array(text.utf8)).lines.joined(separator: "\n")
  #expect(!shown.contains("hunter2") && !shown.contains("918273"))
  #expect(shown.contains("kind: Deployment") || report.rules == [.invalidYAML])
}

@Test func fieldThatOnlySoundsSecretIsShown() throws {
  var store = try StateStoreSample()
  let text = try Fixture.postgresql(
    replacing: "  type: ClusterIP",
    with: "  type: ClusterIP\n  template: {automountServiceAccountToken: true, secretName: a}")
  store.land(["a.yaml": text])
  let finding = try store.check(request()).errors.only
  #expect(finding.actual == #"{"automountServiceAccountToken":true,"secretName":"a"}"#)
}
