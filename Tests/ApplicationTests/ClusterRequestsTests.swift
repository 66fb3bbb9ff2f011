import Foundation
import Manifests
import Testing

@testable import Application
@testable import Kratix

@Suite("Requests of a cluster") struct ClusterRequestsTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  private func objects(_ text: String) throws -> [Node] {
    try ManifestFile(parsing: text, name: "test").objects.map(\.node)
  }

  private func promise(_ name: String) throws -> Promise {
    var platform = Platform()
    try platform.add(
      ManifestFile(
        parsing: """
          apiVersion: platform.kratix.io/v1alpha1
          kind: Promise
          metadata: {name: \(name)}
          spec:
            api:
              kind: CustomResourceDefinition
              spec: {group: example.org, names: {kind: \(name), plural: \(name)s}}
          """, name: "test"))
    return try #require(platform.promises[name])
  }

  /// A request whose pipelines completed some seconds ago.
  private func request(_ kind: String, seconds: TimeInterval) throws -> [Node] {
    let time = Self.now.addingTimeInterval(-seconds).formatted(.iso8601)
    return try objects(
      """
      apiVersion: example.org/v1
      kind: \(kind)
      metadata: {name: orders, namespace: team}
      status: {conditions: [{type: ConfigureWorkflowCompleted, status: "True", \
      lastTransitionTime: "\(time)"}]}
      """)
  }

  private func work(_ promise: String) throws -> [Node] {
    try objects(
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Work
      metadata: {name: \(promise)-orders-abcde, namespace: team}
      spec: {promiseName: \(promise), resourceName: orders}
      """)
  }

  @Test("are judged with their own Works, and not with those of a request of the same name")
  func works() throws {
    var found = ClusterRequests()
    found.add(
      try request("cache", seconds: 600), of: try promise("cache"), from: "s", now: Self.now)
    found.add(try request("queue", seconds: 5), of: try promise("queue"), from: "s", now: Self.now)
    found.add(works: try work("cache") + work("queue"), from: "s")
    #expect(found.requests.map(\.identity.kind) == ["cache"])
    #expect(found.inFlight == ["team/orders"])
    #expect(found.works.map(\.promiseName) == ["cache"])
    #expect(found.failures.isEmpty, "\(found.failures)")
  }
}
