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

  @Test("is wrong where the Expectation names the request's, whatever the output brings")
  func expected() throws {
    let moved = try Fixture.postgresql(
      replacing: "namespace: \"default\"", with: "namespace: datadog-production")
    let found = try findings { $0.land(["instance.yaml": moved, "namespace.yaml": namespace]) }
    #expect(found.count == 4)
    #expect(found.allSatisfy { $0.expected == "default" })
  }
}
