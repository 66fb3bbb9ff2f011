import Testing
import Verification

/// Objects beside a Deployment, the Secret that it refers to, and what is to be said.
private struct MakerCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let manifests: [String]
  let secret: String
  /// `nil` where nothing is dangling.
  var severity: Severity?

  init(
    _ description: String, _ secret: String, _ manifests: String..., found severity: Severity? = nil
  ) {
    testDescription = description
    self.secret = secret
    self.manifests = manifests
    self.severity = severity
  }

  private static func object(_ apiVersion: String, _ kind: String, _ spec: String = "{}") -> String
  {
    "{apiVersion: \(apiVersion), kind: \(kind), metadata: {name: db, namespace: default}, spec: \(spec)}"
  }

  static let all = [
    // Made under a name that is known
    MakerCase("SealedSecret", "db", object("bitnami.com/v1alpha1", "SealedSecret")),
    MakerCase(
      "ExternalSecret", "x",
      object("external-secrets.io/v1", "ExternalSecret", "{target: {name: x}}")),
    MakerCase(
      "ClusterExternalSecret", "x",
      object("external-secrets.io/v1", "ClusterExternalSecret", "{externalSecretName: x}")),
    MakerCase(
      "Certificate", "tls", object("cert-manager.io/v1", "Certificate", "{secretName: tls}")),
    MakerCase(
      "Ingress of cert-manager", "tls",
      "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, namespace: default,"
        + " annotations: {cert-manager.io/cluster-issuer: a}}, spec: {tls: [{secretName: tls}]}}"),
    MakerCase(
      "Zalando's user", "team-a.db.credentials.postgresql.acid.zalan.do",
      object("acid.zalan.do/v1", "postgresql", "{users: {team_a: []}}")),
    MakerCase(
      "Zalando's owner", "o.db.credentials.postgresql.acid.zalan.do",
      object("acid.zalan.do/v1", "postgresql", "{databases: {a: o}}")),
    MakerCase(
      "Zalando's superuser", "postgres.db.credentials.postgresql.acid.zalan.do",
      object("acid.zalan.do/v1", "postgresql")),
    MakerCase("CloudNativePG", "db-app", object("postgresql.cnpg.io/v1", "Cluster")),
    MakerCase(
      "Crossplane", "conn",
      object(
        "database.example.org/v1", "PostgreSQLInstance",
        "{writeConnectionSecretToRef: {name: conn}}")),
    MakerCase("Strimzi's user", "db", object("kafka.strimzi.io/v1beta2", "KafkaUser")),
    MakerCase(
      "Strimzi's cluster", "db-cluster-ca-cert", object("kafka.strimzi.io/v1beta2", "Kafka")),
    MakerCase(
      "MongoDB's connection", "db-admin-u",
      object(
        "mongodbcommunity.mongodb.com/v1", "MongoDBCommunity", "{users: [{name: u, db: admin}]}")),
    MakerCase(
      "MongoDB's connection by name", "c",
      object(
        "mongodbcommunity.mongodb.com/v1", "MongoDBCommunity",
        "{users: [{name: u, connectionStringSecretName: c}]}")),
    MakerCase("RabbitMQ", "db-default-user", object("rabbitmq.com/v1beta1", "RabbitmqCluster")),
    MakerCase(
      "Crunchy's user", "db-pguser-u",
      object("postgres-operator.crunchydata.com/v1beta1", "PostgresCluster", "{users: [{name: u}]}")
    ),
    MakerCase(
      "Jenkins", "jenkins-operator-credentials-db", object("jenkins.io/v1alpha2", "Jenkins")),
    MakerCase(
      "Elasticsearch", "db-es-elastic-user",
      object("elasticsearch.k8s.elastic.co/v1", "Elasticsearch")),
    MakerCase(
      "a field of an unknown kind", "s",
      object("x.y/v1", "Z", "{a: [{passwordSecretRef: {name: s, key: k}}]}")),
    MakerCase("a name in an unknown kind", "s", object("x.y/v1", "Z", "{auth: {secretName: s}}")),
    // Not made of these
    MakerCase("nothing", "s", found: .error),
    MakerCase(
      "a volume of another pod", "s", pod("{volumes: [{secret: {secretName: s}}]}"), found: .error),
    MakerCase(
      "an Ingress that nothing issues a certificate for", "tls",
      "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, namespace: default},"
        + " spec: {tls: [{secretName: tls}]}}", found: .error),
    MakerCase(
      "another Certificate", "s", object("cert-manager.io/v1", "Certificate", "{secretName: tls}"),
      found: .error),
    MakerCase(
      "another CloudNativePG", "dbx-app", object("postgresql.cnpg.io/v1", "Cluster"), found: .error),
    MakerCase(
      "what only scrapes", "s", object("monitoring.coreos.com/v1", "ServiceMonitor"), found: .error),
    MakerCase(
      "another namespace", "conn",
      object("x.y/v1", "Z", "{writeConnectionSecretToRef: {name: conn, namespace: other}}"),
      found: .error),
    // Nobody knows
    MakerCase("an unknown kind", "s", object("x.y/v1", "Z"), found: .warning),
    MakerCase("a chart", "s", object("helm.toolkit.fluxcd.io/v2", "HelmRelease"), found: .warning),
    MakerCase(
      "Zalando's user under another template", "s", object("acid.zalan.do/v1", "postgresql"),
      found: .warning),
  ]

  private static func pod(_ spec: String) -> String {
    "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default}, spec: \(spec)}"
  }

  var text: String {
    let deployment = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: app, namespace: default}
      spec:
        template:
          spec:
            containers:
              - {name: a, env: [{name: P, valueFrom: {secretKeyRef: {name: \(secret), key: password}}}]}

      """
    return ([deployment] + manifests).joined(separator: "\n---\n")
  }
}

@Test(arguments: MakerCase.all)
private func referenceToWhatAnOperatorMakes(_ row: MakerCase) throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": row.text])
  let findings = try store.check(request()).findings(.danglingReference)
    .filter { $0.object == "Deployment/app" }
  #expect(findings.map(\.severity) == [row.severity].compactMap(\.self), "\(findings)")
}

@Test func unknownKindThatMayMakeASecretIsNamed() throws {
  var store = try StateStoreSample()
  let row = MakerCase(
    "", "s", "{apiVersion: x.y/v1, kind: Cache, metadata: {name: c, namespace: default}}")
  store.land(["a.yaml": row.text])
  let finding = try store.check(request()).findings(.danglingReference).only
  #expect(finding.cause == "an operator may make it of Cache/c")
}

@Test func operatorsObjectAtAnotherDestinationMakesNothingHere() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": MakerCase("", "s").text])
  store.land(
    ["b.yaml": "{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: s}}"],
    at: "platform")
  #expect(try store.check(request()).findings(.danglingReference).map(\.severity) == [.error])
}

@Test func requestOfAnotherPromiseMayMakeSecretsElsewhere() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": MakerCase("", "s").text])
  store.land(
    ["b.yaml": "{apiVersion: x.y/v1, kind: database, metadata: {name: s, namespace: default}}"],
    at: "platform")
  #expect(try store.check(request()).findings(.danglingReference).map(\.severity) == [.error])
  try store.add(
    """
    apiVersion: platform.kratix.io/v1alpha1
    kind: Promise
    metadata: {name: database}
    spec: {api: {spec: {group: x.y, names: {kind: database}, versions: [{name: v1}]}}}
    """)
  #expect(try store.check(request()).findings(.danglingReference).map(\.severity) == [.warning])
}

@Test func dependencyOfThePromiseMakesSecretsToo() throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": MakerCase("", "db-app").text])
  let dependency =
    "{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: db, namespace: default}}"
  try store.bring(dependency)
  #expect(try store.check(request()).findings(.danglingReference).isEmpty)
}

@Test func kustomizationGeneratesSecrets() throws {
  var store = try StateStoreSample()
  let kustomization = "resources: [a.yaml]\nsecretGenerator: [{name: s, literals: [a=b]}]\n"
  store.land(["a.yaml": MakerCase("", "s").text, "kustomization.yaml": kustomization])
  #expect(try store.check(request()).findings(.danglingReference).isEmpty)
}

@Test func podStartsWithoutASecretForPullingImages() throws {
  var store = try StateStoreSample()
  let pod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: a, namespace: default}
    spec: {imagePullSecrets: [{name: registry}], containers: [{name: a, image: a}]}
    """
  store.land(["a.yaml": pod])
  #expect(try store.check(request()).findings(.danglingReference).map(\.severity) == [.warning])
}

extension StateStoreSample {
  /// Adds a static dependency to the Promise of the fixtures.
  mutating func bring(_ dependency: String) throws {
    let promise = try Fixture.text("postgresql/promise.yaml")
    let start = "\n  dependencies:\n"
    try #require(promise.contains(start))
    try add(promise.replacing(start, with: "\(start)    - \(dependency)\n"))
  }
}

@Test(arguments: [
  ("data-db-0", true), ("data-db-1", true), ("data-db-2", false), ("other-db-0", false),
])
func claimOfAStatefulSetIsThere(name: String, isMade: Bool) throws {
  var store = try StateStoreSample()
  store.land([
    "a.yaml": """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, namespace: default}
    spec:
      replicas: 2
      volumeClaimTemplates: [{metadata: {name: data}}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: backup, namespace: default}
    spec:
      containers: [{name: a, image: a}]
      volumes: [{name: d, persistentVolumeClaim: {claimName: \(name)}}]
    """
  ])
  let findings = try store.check(request()).findings(.danglingReference)
    .filter { $0.object == "Pod/backup" }
  #expect(findings.isEmpty == isMade, "\(findings)")
}

@Test(arguments: ["9223372036854775807", "-1", "2147483647"])
func ordinalsThatCannotBeAreNoClaims(start: String) throws {
  var store = try StateStoreSample()
  store.land([
    "a.yaml": """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, namespace: default}
    spec:
      replicas: 9223372036854775807
      ordinals: {start: \(start)}
      volumeClaimTemplates: [{metadata: {name: data}}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: backup, namespace: default}
    spec:
      containers: [{name: a, image: a}]
      volumes: [{name: d, persistentVolumeClaim: {claimName: data-db-0}}]
    """
  ])
  #expect(
    try store.check(request()).findings(.danglingReference).contains { $0.object == "Pod/backup" })
}
