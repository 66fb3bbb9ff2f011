import Kratix
import Manifests
import Testing
import Verification

private func sample(_ size: String, in store: StateStoreSample) throws -> ExpectationDraft.Sample {
  let request = try request(parsing: Fixture.text("postgresql/requests/\(size).yaml"))
  let text = try Fixture.text("postgresql/rendered/\(size)/postgresql-instance.yaml")
  return ExpectationDraft.Sample(
    request: request.defaulted(by: try #require(store.platform.promises["postgresql"])),
    objects: try ManifestFile(parsing: text, name: "rendered").objects)
}

private func draft(_ sizes: [String], in store: StateStoreSample) throws -> String {
  ExpectationDraft(
    samples: try sizes.map { try sample($0, in: store) }, promise: "postgresql",
    schema: store.platform.promises["postgresql"]?.schema(version: "v1alpha1")
  ).text
}

@Test func draftOfEverySizeHoldsEverySize() throws {
  var store = try StateStoreSample()
  try store.add(draft(["small", "medium", "large"], in: store), file: "expectation.yaml")
  for size in ["small", "medium", "large"] {
    let request = try request(parsing: Fixture.text("postgresql/requests/\(size).yaml"))
    store.land(
      try Fixture.rendered("postgresql/rendered/\(size)"), namespace: request.namespace,
      name: request.name)
    let report = try store.check(request)
    #expect(report.rules == [.plaintextSecret], "\(size): \(report.findings)")
    #expect(report.notes.isEmpty)
  }
}

@Test func draftFindsWhatTheBuiltInOneFinds() throws {
  var store = try StateStoreSample()
  try store.add(draft(["small", "medium", "large"], in: store), file: "expectation.yaml")
  let request = try request(parsing: Fixture.text("broken/sizes-not-applied/request.yaml"))
  store.land(
    try Fixture.rendered("broken/sizes-not-applied/rendered"), namespace: request.namespace,
    name: request.name)
  let report = try store.check(request)
  #expect(report.findings(.fieldMismatch).map(\.expected).sorted { $0! < $1! } == ["10Gi", "2"])
}

@Test func draftHoldsNoSecret() throws {
  let text = try draft(["small"], in: try StateStoreSample())
  #expect(!text.contains("change-me"))
  #expect(text.contains("password: \"\""))
}

@Test func draftOfOneSizeSaysThatItKnowsOne() throws {
  let text = try draft(["small"], in: try StateStoreSample())
  #expect(text.contains("# spec.size can be small, medium, large"))
  #expect(text.contains("name: $(name)-service"))
  #expect(text.contains("namespace: $(namespace)"))
  #expect(text.contains("value: $(database)"))
}

@Test func draftKeepsKubernetesOwnReferences() throws {
  let object = try ManifestFile(
    parsing: """
      apiVersion: v1
      kind: Pod
      metadata: {name: a-pod, namespace: default}
      spec: {containers: [{name: a, args: [--user=$(USER), ba-a, abba]}]}
      """, name: "r"
  ).objects
  let request = try request("a", kind: "thing")
  let draft = ExpectationDraft(
    samples: [.init(request: request, objects: object)], promise: "thing", schema: nil)
  #expect(draft.text.contains("--user=$$(USER)"))
  #expect(draft.text.contains("ba-$(name)"))
  #expect(draft.text.contains("abba"))
}
