import Kratix
import Manifests
import Testing
import Verification

private func sample(_ size: String, in store: StateStoreSample) throws -> Sample {
  let request = try request(parsing: Fixture.text("postgresql/requests/\(size).yaml"))
  let text = try Fixture.text("postgresql/rendered/\(size)/postgresql-instance.yaml")
  return Sample(
    request: request.defaulted(by: try #require(store.platform.promises["postgresql"])),
    objects: try ManifestFile(parsing: text, name: "rendered").objects)
}

private func draft(_ sizes: [String], in store: StateStoreSample) throws -> String {
  try ExpectationDraft(
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
  let draft = try ExpectationDraft(
    samples: [.init(request: request, objects: object)], promise: "thing", schema: nil)
  #expect(draft.text.contains("--user=$$(USER)"))
  #expect(draft.text.contains("ba-$(name)"))
  #expect(draft.text.contains("abba"))
}

private func thing(_ name: String, spec: String, _ text: String) throws -> Sample {
  Sample(
    request: try request(name, spec: spec, kind: "thing"),
    objects: try ManifestFile(parsing: text, name: "rendered").objects)
}

@Test func draftThatExpectsNothingIsRefused() throws {
  let samples = try ["one", "two"].map { name in
    try thing(
      name, spec: "{}", "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: \(name)-}}")
  }
  let error = #expect(throws: ManifestError.self) {
    try ExpectationDraft(samples: samples, promise: "thing", schema: nil)
  }
  #expect(error?.description.contains("there is nothing to expect") == true)
}

@Test func draftSaysWhatOneSampleFixed() throws {
  let schema = try #require(
    ManifestFile(
      parsing: """
        properties:
          spec:
            properties:
              size: {type: string, pattern: ^(small|large)$}
              zone: {type: string}
        """, name: "schema"
    ).documents.first?.root)
  let text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {size: small}}}"
  let draft = try ExpectationDraft(
    samples: [thing("a", spec: "{size: small, zone: b}", text)], promise: "thing", schema: schema)
  #expect(
    draft.text.contains(
      "# spec.size is small in one sample, and can be what matches ^(small|large)$"))
  #expect(draft.text.contains("# spec.zone is b in one sample"))
}

@Test func draftTakesFieldsOutOfTexts() throws {
  let samples = try [("shop", "blue"), ("mail", "green")].map { name, team in
    try thing(
      name, spec: "{team: \(team)}",
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: \(team)-\(name)-settings}, data: {url: "
        + "http://\(name).\(team).svc}}")
  }
  let draft = try ExpectationDraft(samples: samples, promise: "thing", schema: nil)
  #expect(draft.text.contains("$(team)-$(name)-settings"))
  #expect(draft.text.contains("http://$(name).$(team).svc"))
}

@Test func objectsOfSomeSamplesAreOptional() throws {
  let own = "{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME-own}}"
  let backup = "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME-backup}}"
  let samples = [
    try thing("a", spec: "{}", (own + backup).replacing("NAME", with: "a")),
    try thing("b", spec: "{}", own.replacing("NAME", with: "b")),
  ]
  let draft = try ExpectationDraft(samples: samples, promise: "thing", schema: nil)
  let optional = try #require(draft.text.firstRange(of: "optional:"))
  #expect(draft.text[..<optional.lowerBound].contains("$(name)-own"))
  #expect(draft.text[optional.upperBound...].contains("$(name)-backup"))
}
