import Testing
import Verification

private let inOwnNamespace = """
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: a, namespace: datadog-production}
  """

private let namespace = """
  apiVersion: v1
  kind: Namespace
  metadata: {name: datadog-production}
  """

@Suite("A namespace that is not the request's") struct NamespaceTests {
  private func findings(_ prepare: (inout StateStoreSample) throws -> Void) throws -> [Finding] {
    var store = try StateStoreSample()
    store.land(["map.yaml": inOwnNamespace])
    try prepare(&store)
    return try store.check(request()).findings(.wrongNamespace)
  }

  @Test("is wrong where nothing brings it") func wrong() throws {
    #expect(try findings { _ in }.map(\.actual) == ["datadog-production"])
  }

  @Test("is right where the output brings it") func brought() throws {
    #expect(try findings { $0.land(["namespace.yaml": namespace]) }.isEmpty)
  }

  @Test("is wrong where the output brings another one") func other() throws {
    let other = namespace.replacing("production", with: "staging")
    #expect(try findings { $0.land(["namespace.yaml": other]) }.count == 1)
  }

  @Test("is wrong where the output brings it to another Destination") func elsewhere() throws {
    #expect(try findings { $0.land(["namespace.yaml": namespace], at: "platform") }.count == 1)
  }

  @Test("is right where a dependency of the Promise brings it") func dependency() throws {
    let flow = "{apiVersion: v1, kind: Namespace, metadata: {name: datadog-production}}"
    #expect(try findings { try $0.bring(flow) }.isEmpty)
  }

  @Test("is not judged beside a file that cannot be read, which may bring it") func unreadable()
    throws
  {
    #expect(try findings { $0.land(["namespace.yaml": "a: {"]) }.isEmpty)
  }

  @Test(
    "is right for what Argo CD reads in its own namespace",
    arguments: ["Application", "AppProject"])
  func argoCD(kind: String) throws {
    let object =
      "{apiVersion: argoproj.io/v1alpha1, kind: \(kind), metadata: {name: a, namespace: datadog-production}}"
    #expect(try findings { $0.land(["map.yaml": object]) }.isEmpty)
  }

  private static let promise = """
    apiVersion: platform.kratix.io/v1alpha1
    kind: Promise
    metadata: {name: agent}
    spec:
      api:
        spec:
          group: x.y
          names: {kind: agent}
          versions:
            - name: v1
              schema:
                openAPIV3Schema:
                  properties:
                    spec:
                      properties:
                        target: {properties: {targetNamespace: {type: string, default: agents}}}
    """

  private static let specs: [(spec: String, count: Int)] = [
    ("{target: {targetNamespace: datadog-production}}", 0),
    ("{target: {targetNamespace: other}}", 1),
    ("{}", 1), ("{teams: [datadog-production]}", 0),
  ]

  @Test(
    "is right where the request names it, and may be where nothing but its API is known",
    arguments: specs)
  func named(spec: String, count: Int) throws {
    var store = try StateStoreSample()
    try store.add(Self.promise)
    store.files["worker/resources/default/agent/a/p/5058f/a.yaml"] = Array(inOwnNamespace.utf8)
    let snapshot = try store.snapshot()
    let verifier = try store.verifier()
    let request = try request(
      parsing: "{apiVersion: x.y/v1, kind: agent, metadata: {name: a}, spec: \(spec)}")
    let asked = try verifier.check(requests: [request], in: snapshot).only
    #expect(asked.findings(.wrongNamespace).count == count)
    let listed = try verifier.check(
      standing: verifier.listing(of: snapshot).resources, in: snapshot)
    #expect(try listed.only.findings(.wrongNamespace).isEmpty)
  }

  @Test("is wrong where the Expectation names the request's, whatever the output brings")
  func expected() throws {
    let moved = try Fixture.postgresql(
      replacing: "namespace: \"default\"", with: "namespace: datadog-production")
    let found = try findings { $0.land(["instance.yaml": moved, "namespace.yaml": namespace]) }
    #expect(found.count == 4)
    #expect(found.allSatisfy { $0.expected == "default" })
  }
}
