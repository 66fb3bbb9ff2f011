import Kratix
import Manifests
import TestSupport
import Testing

@Suite struct PromiseTests {
  private static func promise(schema: String = "{}", spec: String = "") throws -> Promise {
    try Promise(
      object(
        """
        apiVersion: platform.kratix.io/v1alpha1
        kind: Promise
        metadata: {name: postgresql}
        spec:
          api:
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: postgresqls.example.com}
            spec:
              group: example.com
              names: {kind: Postgresql, plural: postgresqls}
              versions:
              - {name: v1, storage: true, schema: {openAPIV3Schema: \(schema)}}
              - {name: v2}
        \(spec)
        """))
  }

  private static func request(_ spec: String, version: String = "v1") throws -> ResourceRequest {
    try ResourceRequest(
      object(
        """
        apiVersion: example.com/\(version)
        kind: Postgresql
        metadata: {name: pg}
        spec: \(spec)
        """))
  }

  @Test func readsWhatSchedulingNeeds() throws {
    let promise = try Self.promise(
      spec: """
          destinationSelectors:
          - matchLabels: {environment: dev}
          - matchLabels: {zone: 1}
          workflows:
            config: {pipelineNamespace: pipelines}
            resource:
              configure:
              - {metadata: {name: first}}
              - {metadata: {name: second}}
            promise:
              configure:
              - {metadata: {name: setup}}
        """)
    #expect(promise.destinationSelectors == [["environment": "dev"], ["zone": "1"]])
    #expect(promise.resourcePipelines == ["first", "second"])
    #expect(promise.promisePipelines == ["setup"])
    #expect(promise.pipelineNamespace == "pipelines")
    #expect(promise.group == "example.com" && promise.kind == "Postgresql")
    #expect(promise.dependencies.isEmpty)
    #expect(promise.schema(version: "v1") != nil && promise.schema(version: "v2") == nil)
  }

  @Test func aPromiseWithoutAnAPIHasNeitherKindNorSchema() throws {
    let promise = try Promise(
      object(
        "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: p}, spec: {}}"))
    #expect(promise.kind == nil && promise.group == nil && promise.schemas.isEmpty)
    #expect(promise.destinationSelectors.isEmpty)
  }

  static let faults: [(spec: String, fault: String)] = [
    ("  destinationSelectors: {a: b}", "spec.destinationSelectors must be a list"),
    ("  destinationSelectors: [{matchLabels: x}]", "spec.destinationSelectors[0].matchLabels must"),
    ("  destinationSelectors: [5]", "spec.destinationSelectors[0] must be a mapping"),
    ("  destinationSelectors: [{}]", "spec.destinationSelectors[0].matchLabels is missing"),
    ("  destinationSelectors: [{matchLabels: {}}]", "matchLabels must be a mapping of labels"),
    ("  destinationSelectors: [{matchLabel: {a: b}}]", "matchLabels is missing"),
    ("  workflows: 5", "spec.workflows must be a mapping"),
    ("  workflows: {resource: {configure: [{}]}}", "configure[0].metadata.name is missing"),
    (
      "  workflows: {resource: {configure: [{metadata: {name: a/b}}]}}",
      "configure[0].metadata.name must be"
    ),
    ("  workflows: {config: {pipelineNamespace: ../x}}", "pipelineNamespace must be"),
    ("  dependencies: 1", "spec.dependencies must be a list"),
  ]

  @Test(arguments: faults) func aFaultNamesItsPlace(spec: String, expected: String) throws {
    do {
      _ = try Self.promise(spec: spec)
      Issue.record("it was read")
    } catch let error as ManifestError {
      #expect(error.description.hasPrefix("state.yaml:15:"))
      #expect(error.description.contains(expected), "\(error)")
    }
  }

  @Test func aPromiseWithoutASpecIsRefused() throws {
    #expect(throws: ManifestError.self) {
      try Promise(
        object("{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: p}}"))
    }
  }

  @Test func aRequestFindsItsPromiseByGroupAndKind() throws {
    var platform = Platform()
    let text = """
      apiVersion: platform.kratix.io/v1alpha1
      kind: Promise
      metadata: {name: postgresql}
      spec: {api: {spec: {group: example.com, names: {kind: Postgresql}}}}
      """
    try platform.add(ManifestFile(parsing: text, name: "promise.yaml"))
    #expect(platform.promise(of: try Self.request("{}", version: "v9"))?.name == "postgresql")
    let other = try ResourceRequest(
      object("{apiVersion: other.com/v1, kind: Postgresql, metadata: {name: a}}"))
    #expect(platform.promise(of: other) == nil)
    #expect(other.namespace == "default")
  }

  private static let properties = """
    {type: object, properties: {spec: {type: object, properties: {\
    size: {type: string, default: small}, \
    database: {type: string, default: app, nullable: true}, \
    replicas: {type: integer, default: 0}, \
    free: {type: string}, \
    backup: {type: object, properties: {days: {type: integer, default: 7}}}, \
    made: {type: object, default: {}, properties: {on: {type: boolean, default: true}}}, \
    users: {type: array, items: {type: object, properties: {role: {default: reader}}}}, \
    byName: {type: object, additionalProperties: {type: object, properties: \
    {port: {default: 5432}}}}}}}}
    """

  /// Kubernetes, CustomResourceDefinitions, "Defaulting", and "Defaulting and Nullable".
  static let defaults: [(request: String, stored: String)] = [
    ("{}", "{size: small, database: app, replicas: 0, made: {on: true}}"),
    (
      "{size: large, database: x, replicas: 3, made: {on: false}}",
      "{size: large, database: x, replicas: 3, made: {on: false}}"
    ),
    // Null is as good as absent, unless the field may be null.
    (
      "{size: null, database: null}",
      "{size: small, database: null, replicas: 0, made: {on: true}}"
    ),
    ("{size: ''}", "{size: '', database: app, replicas: 0, made: {on: true}}"),
    ("{free: null}", "{size: small, database: app, replicas: 0, made: {on: true}}"),
    // The defaults of what is in an object that is not there are not applied.
    (
      "{backup: {}}",
      "{size: small, database: app, replicas: 0, made: {on: true}, backup: {days: 7}}"
    ),
    ("{made: {}}", "{size: small, database: app, replicas: 0, made: {on: true}}"),
    (
      "{users: [{name: a}, {role: owner}]}",
      """
      {size: small, database: app, replicas: 0, made: {on: true}, \
      users: [{name: a, role: reader}, {role: owner}]}
      """
    ),
    (
      "{byName: {a: {}, b: {port: 1}}}",
      """
      {size: small, database: app, replicas: 0, made: {on: true}, \
      byName: {a: {port: 5432}, b: {port: 1}}}
      """
    ),
    (
      "{unknown: 1, backup: text}",
      "{size: small, database: app, replicas: 0, made: {on: true}, unknown: 1, backup: text}"
    ),
  ]

  @Test(arguments: defaults)
  func aRequestHasTheDefaultsThatKubernetesStores(request: String, stored: String) throws {
    let promise = try Self.promise(schema: Self.properties)
    let defaulted = try Self.request(request).defaulted(by: promise)
    let expected = try Self.request(stored)
    #expect(defaulted.node == expected.node, "\(defaulted.node)")
    #expect(defaulted.name == "pg" && defaulted.namespace == "default")
  }

  @Test func aVersionWithoutASchemaHasNoDefaults() throws {
    let promise = try Self.promise(schema: Self.properties)
    for version in ["v2", "v3"] {
      let request = try Self.request("{}", version: version)
      #expect(request.defaulted(by: promise).node == request.node)
    }
  }
}
