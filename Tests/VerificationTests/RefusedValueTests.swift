import Testing
import Verification

/// A manifest, and where the API server refuses something of it.
private struct RefusedValueCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let manifest: String
  /// Where a value is refused; `nil` where none is.
  var pointer: String?

  init(_ description: String, _ manifest: String, at pointer: String? = nil) {
    testDescription = description
    self.manifest = manifest
    self.pointer = pointer
  }

  private static func object(_ kind: String, _ rest: String, metadata: String = "") -> String {
    "\(kind)\nmetadata: {name: a, namespace: default\(metadata)}\n\(rest)\n"
  }

  private static let map = "apiVersion: v1\nkind: ConfigMap"
  private static let claim = "apiVersion: v1\nkind: PersistentVolumeClaim"
  private static let deployment = "apiVersion: apps/v1\nkind: Deployment"
  private static let service = "apiVersion: v1\nkind: Service"

  private static func named(_ name: String, _ kind: String = map) -> String {
    "\(kind)\nmetadata: {name: \(name), namespace: default}"
  }

  private static func pod(_ container: String, metadata: String = "{}") -> String {
    object(
      deployment,
      "spec: {template: {metadata: \(metadata), spec: {containers: [{name: a, \(container)}]}}}")
  }

  private static let container = "/spec/template/spec/containers/0"
  private static let long = String(repeating: "long-", count: 13) + "name"

  static let all = [
    // Fields of texts
    RefusedValueCase("a boolean in a ConfigMap", object(map, "data: {a: true}"), at: "/data/a"),
    RefusedValueCase("a word of YAML", object(map, "data: {a: on}"), at: "/data/a"),
    RefusedValueCase("a number in quotes", object(map, "data: {a: \"1\"}")),
    RefusedValueCase("nothing in a ConfigMap", object(map, "data: {a: }")),
    RefusedValueCase(
      "a number in a label", object(map, "", metadata: ", labels: {version: 1.10}"),
      at: "/metadata/labels/version"),
    RefusedValueCase(
      "a number in an annotation of an operator's kind",
      object("apiVersion: x.y/v1\nkind: Z", "", metadata: ", annotations: {wave: -1}"),
      at: "/metadata/annotations/wave"),
    RefusedValueCase(
      "a mapping in an annotation", object(map, "", metadata: ", annotations: {note: {b: c}}"),
      at: "/metadata/annotations/note"),
    RefusedValueCase(
      "labels in a list", object(map, "", metadata: ", labels: [x]"), at: "/metadata/labels"),
    RefusedValueCase(
      "a finalizer without a list", object(map, "", metadata: ", finalizers: a/b"),
      at: "/metadata/finalizers"),
    RefusedValueCase(
      "an owner without a list",
      object("apiVersion: x.y/v1\nkind: Z", "", metadata: ", ownerReferences: {kind: X, name: y}"),
      at: "/metadata/ownerReferences"),
    RefusedValueCase(
      "nothing in labels and a list of owners",
      object(map, "", metadata: ", labels: , finalizers: [a/b], ownerReferences: [{kind: X}]")),
    RefusedValueCase(
      "a number in an operator's spec", object("apiVersion: x.y/v1\nkind: Z", "spec: {a: 1}")),
    RefusedValueCase(
      "a variable", pod("env: [{name: A, value: a}, {name: B, value: 8080}]"),
      at: "\(container)/env/1/value"),
    RefusedValueCase("an argument", pod("args: [--port, 8080]"), at: "\(container)/args/1"),
    RefusedValueCase(
      "a label of pods", pod("image: a", metadata: "{annotations: {prometheus.io/scrape: true}}"),
      at: "/spec/template/metadata/annotations/prometheus.io~1scrape"),
    RefusedValueCase(
      "a selector", object(service, "spec: {selector: {tier: 1}, ports: [{port: 1}]}"),
      at: "/spec/selector/tier"),
    RefusedValueCase("a port", object(service, "spec: {selector: {a: b}, ports: [{port: 80}]}")),
    // Numbers and quantities
    RefusedValueCase(
      "a number in quotes as replicas", object(deployment, "spec: {replicas: '3'}"),
      at: "/spec/replicas"),
    RefusedValueCase("a number as replicas", object(deployment, "spec: {replicas: 3}")),
    RefusedValueCase(
      "a port in quotes", object(service, "spec: {ports: [{port: 80}, {port: \"81\"}]}"),
      at: "/spec/ports/1/port"),
    RefusedValueCase(
      "a target port by name", object(service, "spec: {ports: [{port: 80, targetPort: http}]}")),
    RefusedValueCase(
      "a unit that is none", object(claim, "spec: {resources: {requests: {storage: 10GB}}}"),
      at: "/spec/resources/requests/storage"),
    RefusedValueCase(
      "a quantity", object(claim, "spec: {resources: {requests: {storage: 1.5Ti}}}")),
    RefusedValueCase(
      "a size by name", pod("resources: {limits: {memory: large, cpu: 2}}"),
      at: "\(container)/resources/limits/memory"),
    // Pods
    RefusedValueCase(
      "a selector of other pods",
      object(
        deployment,
        "spec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: b}}}}"),
      at: "/spec/selector/matchLabels/app"),
    RefusedValueCase(
      "a selector of these pods",
      object(
        deployment,
        "spec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a, b: c}}}}"
      )),
    RefusedValueCase("an empty image", pod("image: ''"), at: "\(container)/image"),
    RefusedValueCase("an image that was not set", pod("image: "), at: "\(container)/image"),
    RefusedValueCase(
      "two containers of one name", pod("image: a}, {name: a, image: b"),
      at: "/spec/template/spec/containers/1/name"),
    RefusedValueCase(
      "a path as a key", object(map, "data: {etc/a.conf: a}"), at: "/data/etc~1a.conf"),
    // Versions
    RefusedValueCase(
      "a version that is gone", object("apiVersion: batch/v1beta1\nkind: CronJob", "spec: {}"),
      at: "/apiVersion"),
    RefusedValueCase(
      "a group that is gone", object("apiVersion: extensions/v1beta1\nkind: Ingress", "spec: {}"),
      at: "/apiVersion"),
    RefusedValueCase(
      "another group", object("apiVersion: v1\nkind: Deployment", "spec: {}"), at: "/apiVersion"),
    RefusedValueCase(
      "an older version that is served",
      object("apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler", "spec: {}")),
    RefusedValueCase(
      "an operator's kind of that name",
      object("apiVersion: serving.knative.dev/v1\nkind: Service", "spec: {}")),
    // Names
    RefusedValueCase("a name that YAML reads as false", named("n"), at: "/metadata/name"),
    RefusedValueCase("a name that is a number", named("12"), at: "/metadata/name"),
    RefusedValueCase(
      "a number as namespace", "\(map)\nmetadata: {name: a, namespace: 7}",
      at: "/metadata/namespace"),
    RefusedValueCase(
      "a time that is none", object(map, "", metadata: ", creationTimestamp: yesterday"),
      at: "/metadata/creationTimestamp"),
    RefusedValueCase("no time", object(map, "", metadata: ", creationTimestamp: null")),
    RefusedValueCase(
      "a time", object(map, "", metadata: ", creationTimestamp: 2026-11-28T09:30:00Z")),
    RefusedValueCase(
      "a time with fractions and an offset",
      object(map, "", metadata: ", creationTimestamp: \"2026-11-28T09:30:00.25+01:00\"")),
    RefusedValueCase("a capital in a name", named("Scores"), at: "/metadata/name"),
    RefusedValueCase("a sign in a name", named("a_b"), at: "/metadata/name"),
    RefusedValueCase("a dot in a name", named("a.b")),
    RefusedValueCase("a dot in the name of a Service", named("a.b", service), at: "/metadata/name"),
    RefusedValueCase(
      "a digit first in the name of a Service", named("1a", service), at: "/metadata/name"),
    RefusedValueCase(
      "a role", named("'system:A'", "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role")),
    RefusedValueCase("a long name", named(long)),
    RefusedValueCase("a long name of a Service", named(long, service), at: "/metadata/name"),
    RefusedValueCase(
      "a long name of a Job", named(long, "apiVersion: batch/v1\nkind: Job"), at: "/metadata/name"),
    RefusedValueCase(
      "a long label", object(map, "", metadata: ", labels: {a: \(long)}"), at: "/metadata/labels/a"),
    RefusedValueCase(
      "a label with a space", object(map, "", metadata: ", labels: {a: the team}"),
      at: "/metadata/labels/a"),
    RefusedValueCase("an empty label", object(map, "", metadata: ", labels: {a: ''}")),
  ]
}

@Test(arguments: RefusedValueCase.all)
private func valueThatTheServerRefuses(_ row: RefusedValueCase) throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": row.manifest])
  let findings = try store.check(request()).findings(.fieldMismatch)
    .filter { $0.cause?.contains("the API server refuses") ?? false }
  #expect(findings.map(\.pointer) == [row.pointer].compactMap(\.self), "\(findings)")
}

@Test func lengthsOfNamesAreJudgedWhereTheRequestIsNotKnown() throws {
  var store = try StateStoreSample()
  let long = String(repeating: "long-", count: 13) + "name"
  store.land([
    "a.yaml": "{apiVersion: v1, kind: Service, metadata: {name: \(long), namespace: default}}"
  ])
  let snapshot = try store.snapshot()
  let verifier = try store.verifier()
  let report = try verifier.check(standing: verifier.listing(of: snapshot).resources, in: snapshot)
    .only
  #expect(report.findings(.fieldMismatch).map(\.pointer) == ["/metadata/name"])
}
