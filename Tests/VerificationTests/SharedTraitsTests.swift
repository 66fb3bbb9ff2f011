import Kratix
import Testing

@testable import Verification

@Suite("What most other requests of a Promise have in common") struct SharedTraitsTests {
  private func manifests(_ name: String, namespace: String, secret: String) -> String {
    """
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: {name: \(name), namespace: \(namespace)}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: default}
    spec: {containers: [{name: a, image: a, envFrom: [{secretRef: {name: \(secret)}}]}]}
    """
  }

  private func findings(
    _ others: [(namespace: String, secret: String)]
  ) throws -> [[String]] {
    var store = try StateStoreSample()
    let rows = [(namespace: "mesh", secret: "shared")] + others
    for (index, row) in rows.enumerated() {
      let path = "worker/resources/default/route/r\(index)/p/5058f/a.yaml"
      store.files[path] = Array(
        manifests("r\(index)", namespace: row.namespace, secret: row.secret).utf8)
    }
    let snapshot = try store.snapshot()
    let verifier = try store.verifier()
    let listing = try verifier.listing(of: snapshot)
    let parts = try verifier.siblings(in: listing).compactMap { part in
      try verifier.learned(from: part.resources, of: part.promise, in: snapshot)
        .map { (part.promise, $0) }
    }
    let listed = try verifier.checked(
      listing.resources, in: snapshot,
      beside: Siblings(Dictionary(uniqueKeysWithValues: parts))
    ).map(\.report)
    let asked = try verifier.check(
      requests: [request("r0", spec: "{}", kind: "route")], promise: "route", in: snapshot)
    return (asked + listed.prefix(1)).map { report in
      report.findings.map { "\($0.severity.rawValue) \($0.rule.rawValue)" }.sorted()
    }
  }

  private static let alone = ["error dangling-reference", "error wrong-namespace"]
  private static let alike = ["warning dangling-reference"]

  @Test("makes a namespace right, and a Secret one that the cluster may have")
  func all() throws {
    let others = Array(repeating: (namespace: "mesh", secret: "shared"), count: 3)
    #expect(try findings(others) == [Self.alike, Self.alike])
  }

  @Test("is not changed by one that is broken") func oneBroken() throws {
    let others = [("mesh", "shared"), ("mesh", "shared"), ("mehs", "shred")]
    #expect(try findings(others) == [Self.alike, Self.alike])
  }

  @Test(
    "is nothing where they differ, or are too few",
    arguments: [
      [("a", "x"), ("b", "y"), ("mesh", "shared")], [("mesh", "shared"), ("mesh", "shared")],
    ])
  func fewOrDifferent(others: [(String, String)]) throws {
    #expect(try findings(others) == [Self.alone, Self.alone])
  }
}
