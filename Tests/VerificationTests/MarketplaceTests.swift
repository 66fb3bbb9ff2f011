import Kratix
import Landing
import Manifests
import Testing

@testable import Verification

/// A Promise of Kratix's marketplace: its API, a request, and what its pipeline renders for it.
struct MarketplacePromise: Sendable, CustomTestStringConvertible {
  let kind: String
  /// The properties of its spec.
  let properties: String
  let spec: String
  let output: String
  /// What a size that was not applied looks like.
  let wrong: (old: String, new: String)

  var testDescription: String { kind }

  var promise: String {
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: Promise
    metadata: {name: \(kind)}
    spec:
      destinationSelectors: [{matchLabels: {environment: dev}}]
      api:
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: \(kind).marketplace.kratix.io}
        spec:
          group: marketplace.kratix.io
          scope: Namespaced
          names: {kind: \(kind), plural: \(kind), singular: \(kind)}
          versions:
            - name: v1alpha1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties: {spec: {type: object, properties: {\(properties)}}}
    """
  }

  static let all = [
    MarketplacePromise(
      kind: "postgresql",
      properties: "env: {type: string, default: dev, pattern: ^(dev|prod)$}, "
        + "teamId: {type: string, default: acid}, dbName: {type: string, default: postgres}, "
        + "namespace: {type: string, default: default}",
      spec: "{env: prod, teamId: acid, dbName: orders}",
      output: """
        apiVersion: acid.zalan.do/v1
        kind: postgresql
        metadata: {name: acid-shop-postgresql, namespace: default}
        spec:
          teamId: acid
          volume: {size: 10Gi}
          numberOfInstances: 3
          users: {acid: [superuser, createdb]}
          databases: {orders: acid}
          postgresql: {version: "16"}
          enableLogicalBackup: false
        """, wrong: ("10Gi", "1Gi")),
    MarketplacePromise(
      kind: "redis", properties: "size: {type: string, default: small, pattern: ^(small|large)$}",
      spec: "{size: large}",
      output: """
        apiVersion: databases.spotahome.com/v1
        kind: RedisFailover
        metadata: {name: shop}
        spec: {sentinel: {replicas: 3}, redis: {replicas: 3}}
        """, wrong: ("redis: {replicas: 3}", "redis: {replicas: 1}")),
    MarketplacePromise(
      kind: "kafka", properties: "size: {type: string, default: small, pattern: ^(small|large)$}",
      spec: "{size: large}",
      output: """
        apiVersion: kafka.strimzi.io/v1beta2
        kind: KafkaNodePool
        metadata: {name: shop, namespace: kafka, labels: {strimzi.io/cluster: shop}}
        spec: {replicas: 3, roles: [controller, broker]}
        ---
        apiVersion: kafka.strimzi.io/v1beta2
        kind: Kafka
        metadata: {name: shop, namespace: kafka}
        spec: {kafka: {version: 4.0.0}}
        """, wrong: ("cluster: shop", "cluster: my-cluster")),
    MarketplacePromise(
      kind: "jenkins",
      properties:
        "env: {type: string, default: dev}, plugins: {type: array, default: [], items: {type: object, properties: "
        + "{name: {type: string}, version: {type: string}}}}",
      spec: "{env: prod, plugins: [{name: opentelemetry, version: 2.11.0}]}",
      output: """
        apiVersion: jenkins.io/v1alpha2
        kind: Jenkins
        metadata: {name: prod-shop, namespace: default}
        spec: {master: {plugins: [{name: opentelemetry, version: 2.11.0}]}}
        """, wrong: ("name: prod-shop", "name: dev-shop")),
    MarketplacePromise(
      kind: "rabbitmq",
      properties:
        "env: {type: string, default: dev}, plugins: {type: array, default: [], items: {type: string}}",
      spec: "{env: prod}",
      output: """
        apiVersion: rabbitmq.com/v1beta1
        kind: RabbitmqCluster
        metadata: {name: shop, namespace: default}
        spec: {replicas: 3, rabbitmq: {additionalPlugins: []}}
        """, wrong: ("replicas: 3", "replicas: 1")),
  ]
}

@Suite("A built-in Expectation") struct BuiltInExpectationTests {
  private func store(_ shape: MarketplacePromise, _ output: String) throws -> StateStoreSample {
    var store = try StateStoreSample()
    try store.add(shape.promise)
    store.files["worker/resources/team-a/\(shape.kind)/shop/configure/5058f/a.yaml"] = Array(
      output.utf8)
    return store
  }

  private func reports(_ shape: MarketplacePromise, _ output: String) throws -> [ResourceReport] {
    let store = try store(shape, output)
    let request = try request("shop", namespace: "team-a", spec: shape.spec, kind: shape.kind)
    let verifier = try store.verifier()
    let snapshot = try store.snapshot()
    return try [store.check(request)]
      + verifier.check(standing: verifier.listing(of: snapshot).resources, in: snapshot)
  }

  @Test("fits what its Promise renders", arguments: MarketplacePromise.all)
  func sound(shape: MarketplacePromise) throws {
    for report in try reports(shape, shape.output) {
      #expect(report.verdict == .landed)
      #expect(report.findings.isEmpty, "\(report.findings)")
      #expect(report.notes.isEmpty, "\(report.notes)")
    }
  }

  @Test("finds what is wrong", arguments: MarketplacePromise.all)
  func wrong(shape: MarketplacePromise) throws {
    let output = shape.output.replacing(shape.wrong.old, with: shape.wrong.new)
    let report = try #require(reports(shape, output).first)
    #expect(report.verdict == .wrong, "\(report)")
  }

  @Test("is chosen by the API, whatever the Promise is called")
  func name() throws {
    let shape = MarketplacePromise.all[1]
    var store = try store(shape, shape.output)
    store.platform = Platform()
    for file in ["kratix/destinations.yaml", "kratix/state-store.yaml"] {
      try store.add(Fixture.text(file), file: file)
    }
    try store.add(shape.promise.replacing("name: redis}", with: "name: cache-as-a-service}"))
    store.files = [
      "worker/resources/team-a/cache-as-a-service/shop/configure/5058f/a.yaml": Array(
        shape.output.replacing("redis: {replicas: 3}", with: "redis: {replicas: 1}").utf8)
    ]
    let report = try store.check(
      request("shop", namespace: "team-a", spec: "{size: large}", kind: "redis"))
    #expect(report.rules == [.fieldMismatch])
  }

  @Test("is not for an API with other fields, of another group, or that is not known")
  func otherAPIs() throws {
    let shape = MarketplacePromise.all[1]
    let others = [
      shape.promise.replacing("size:", with: "plan:"),
      shape.promise.replacing("marketplace.kratix.io", with: "example.org"), "",
    ]
    for promise in others {
      var store = try StateStoreSample()
      if !promise.isEmpty { try store.add(promise) }
      store.files["worker/resources/team-a/redis/shop/configure/5058f/a.yaml"] = Array(
        "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: team-a}}".utf8)
      let group = promise.contains("example.org") ? "example.org" : "marketplace.kratix.io"
      let request = try request(
        parsing:
          "{apiVersion: \(group)/v1alpha1, kind: redis, metadata: {name: shop, namespace: team-a}}")
      let report = try store.check(request, promise: "redis")
      #expect(report.errors.isEmpty, "\(report.errors)")
      #expect(
        report.notes.contains { $0.contains("there is no Expectation for the Promise redis") })
    }
  }

  @Test("takes an optional object as it is, or not at all")
  func optional() throws {
    let shape = MarketplacePromise.all[2]
    let component =
      "\n---\n{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: kafka-shop}}"
    for report in try reports(shape, shape.output + component) { #expect(report.findings.isEmpty) }
  }
}
