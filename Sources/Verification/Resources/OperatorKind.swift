internal import Manifests

/// A kind of an operator, and the names of what the operator makes of each object of it.
struct OperatorKind: Sendable {
  enum Names: Sendable {
    /// The object's name with each of these endings.
    case endings([String])
    /// What a field names; the object's own name where it is absent, if that holds.
    case field(String, orOwn: Bool)
    case composed(@Sendable (_ name: String, _ object: Node) -> [String])
  }

  private let names: Names
  /// The kind of what is made.
  private(set) var makes = "Secret"
  /// Whether it is made in every namespace.
  private(set) var isEverywhere = false
  /// Whether nothing else is made.
  private(set) var isComplete = true

  static func of(_ object: ObjectIdentity) -> OperatorKind? {
    table["\(object.group)/\(object.kind)"]
  }

  /// The names of what is made.
  func names(for name: String, _ object: Node) -> [String] {
    switch names {
    case .endings(let endings): endings.map { name + $0 }
    case .field(let pointer, let orOwn):
      [object.value(at: pointer)?.string ?? (orOwn ? name : nil)].compactMap(\.self)
    case .composed(let compose): compose(name, object)
    }
  }

  private static func all(_ names: Names) -> OperatorKind { OperatorKind(names: names) }

  /// What is made, among other things or in other versions under other names.
  private static func some(_ names: Names) -> OperatorKind {
    OperatorKind(names: names, isComplete: false)
  }
}

extension OperatorKind {
  /// By API group and kind, each line after the page above it.
  private static let table: [String: OperatorKind] = [
    // https://github.com/bitnami-labs/sealed-secrets#overview
    "bitnami.com/SealedSecret": all(.field("/spec/template/metadata/name", orOwn: true)),
    // https://external-secrets.io/latest/api/externalsecret/
    "external-secrets.io/ExternalSecret": all(.field("/spec/target/name", orOwn: true)),
    // https://external-secrets.io/latest/api/clusterexternalsecret/
    "external-secrets.io/ClusterExternalSecret": OperatorKind(
      names: .composed(clusterExternalSecret), isEverywhere: true),
    // https://cert-manager.io/docs/usage/certificate/
    "cert-manager.io/Certificate": all(.field("/spec/secretName", orOwn: false)),
    "cert-manager.io/Issuer": all(.endings([])), "cert-manager.io/ClusterIssuer": all(.endings([])),
    // https://cert-manager.io/docs/trust/trust-manager/
    "trust.cert-manager.io/Bundle": OperatorKind(
      names: .endings([""]), makes: "ConfigMap", isEverywhere: true),
    // https://developer.1password.com/docs/k8s/operator/
    "onepassword.com/OnePasswordItem": all(.endings([""])),
    // https://developer.hashicorp.com/vault/docs/platform/k8s/vso/sources/vault
    "secrets.hashicorp.com/VaultStaticSecret": all(.field("/spec/destination/name", orOwn: false)),
    "secrets.hashicorp.com/VaultDynamicSecret": all(.field("/spec/destination/name", orOwn: false)),
    "secrets.hashicorp.com/VaultPKISecret": all(.field("/spec/destination/name", orOwn: false)),
    // https://docs.doppler.com/docs/kubernetes-operator
    "secrets.doppler.com/DopplerSecret": all(.field("/spec/managedSecret/name", orOwn: false)),
    // https://github.com/zalando/postgres-operator/blob/master/docs/user.md; an operator may be
    // configured with another secret_name_template.
    "acid.zalan.do/postgresql": some(.composed(zalando)),
    // https://cloudnative-pg.io/documentation/current/applications/
    "postgresql.cnpg.io/Cluster": all(
      .endings(["-app", "-superuser", "-ca", "-server", "-replication"])),
    // https://access.crunchydata.com/documentation/postgres-operator/latest/tutorials/basic-setup/connect-cluster
    "postgres-operator.crunchydata.com/PostgresCluster": some(.composed(postgresUsers)),
    // https://docs.percona.com/percona-operator-for-postgresql/2.0/users.html
    "pgv2.percona.com/PerconaPGCluster": some(.composed(postgresUsers)),
    // https://docs.percona.com/percona-operator-for-mongodb/users.html
    "psmdb.percona.com/PerconaServerMongoDB": some(
      .endings(["-secrets", "-ssl", "-ssl-internal"])),
    // https://docs.percona.com/percona-operator-for-mysql/pxc/users.html
    "pxc.percona.com/PerconaXtraDBCluster": some(.endings(["-secrets", "-ssl", "-ssl-internal"])),
    // https://github.com/movetokube/postgres-operator
    "db.movetokube.com/PostgresUser": some(.composed(movetokube)),
    // https://stackgres.io/doc/latest/administration/passwords/
    "stackgres.io/SGCluster": some(.endings([""])),
    // https://github.com/mongodb/mongodb-kubernetes-operator/blob/master/docs/deploy-configure.md
    "mongodbcommunity.mongodb.com/MongoDBCommunity": some(.composed(mongoDB)),
    // https://strimzi.io/docs/operators/latest/deploying.html, "List of Kafka cluster resources"
    "kafka.strimzi.io/Kafka": some(
      .endings([
        "-cluster-ca", "-cluster-ca-cert", "-clients-ca", "-clients-ca-cert",
        "-cluster-operator-certs", "-kafka-brokers", "-zookeeper-nodes",
      ])),
    // The same, "User authentication"; an operator may be configured with a prefix.
    "kafka.strimzi.io/KafkaUser": some(.endings([""])),
    "kafka.strimzi.io/KafkaTopic": all(.endings([])),
    // https://www.rabbitmq.com/kubernetes/operator/using-operator
    "rabbitmq.com/RabbitmqCluster": some(.endings(["-default-user", "-erlang-cookie"])),
    // https://www.rabbitmq.com/kubernetes/operator/using-topology-operator
    "rabbitmq.com/User": all(.endings(["-user-credentials"])),
    // https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s
    "elasticsearch.k8s.elastic.co/Elasticsearch": some(
      .endings(["-es-elastic-user", "-es-http-certs-public", "-es-http-certs-internal"])),
    "kibana.k8s.elastic.co/Kibana": some(.endings(["-kb-http-certs-public"])),
    // https://jenkinsci.github.io/kubernetes-operator/docs/getting-started/latest/deploying-jenkins/
    "jenkins.io/Jenkins": some(.composed { name, _ in ["jenkins-operator-credentials-" + name] }),
    // https://www.keycloak.org/operator/basic-deployment
    "k8s.keycloak.org/Keycloak": some(.endings(["-initial-admin"])),
    // https://grafana.github.io/grafana-operator/docs/grafana/
    "grafana.integreatly.org/Grafana": some(.endings(["-admin-credentials"])),
    // https://cluster-api.sigs.k8s.io/developer/core/controllers/cluster.html
    "cluster.x-k8s.io/Cluster": some(.endings(["-kubeconfig"])),
    // https://kubevirt.io/user-guide/storage/containerized_data_importer/
    "cdi.kubevirt.io/DataVolume": OperatorKind(
      names: .endings([""]), makes: "PersistentVolumeClaim"),
  ]

  @Sendable private static func clusterExternalSecret(_ name: String, _ object: Node) -> [String] {
    let own = object.value(at: "/spec/externalSecretName")?.string ?? name
    return [object.value(at: "/spec/externalSecretSpec/target/name")?.string ?? own]
  }

  /// `{username}.{cluster}.credentials.postgresql.acid.zalan.do`, with `_` in the user's name as `-`.
  @Sendable private static func zalando(_ name: String, _ object: Node) -> [String] {
    let users = (object.value(at: "/spec/users")?.mapping?.entries ?? []).map(\.key)
    let owners = (object.value(at: "/spec/databases")?.mapping?.entries ?? [])
      .compactMap(\.value.string)
    let prepared = (object.value(at: "/spec/preparedDatabases")?.mapping?.entries ?? []).flatMap {
      database in
      ["owner", "owner-user", "reader-user", "writer-user"].map { "\(database.key)-\($0)" }
    }
    return (users + owners + prepared + ["postgres", "standby", "pooler"]).map { user in
      user.replacing("_", with: "-") + ".\(name).credentials.postgresql.acid.zalan.do"
    }
  }

  /// `{cluster}-pguser-{user}`; without users there is one of the cluster's name.
  @Sendable private static func postgresUsers(_ name: String, _ object: Node) -> [String] {
    let users = (object.value(at: "/spec/users")?.sequence ?? []).compactMap { $0["name"]?.string }
    return (users.isEmpty ? [name] : users).map { "\(name)-pguser-\($0)" }
  }

  /// `{secretName}-{name}`.
  @Sendable private static func movetokube(_ name: String, _ object: Node) -> [String] {
    [object.value(at: "/spec/secretName")?.string.map { "\($0)-\(name)" }].compactMap(\.self)
  }

  /// `{name}-{authentication database}-{user}`, unless the user names another one.
  @Sendable private static func mongoDB(_ name: String, _ object: Node) -> [String] {
    (object.value(at: "/spec/users")?.sequence ?? []).flatMap { user -> [String] in
      guard let own = user["name"]?.string else { return [] }
      let connection = "\(name)-\(user["db"]?.string ?? "admin")-\(own)"
      let scram = user["scramCredentialsSecretName"]?.string.map { $0 + "-scram-credentials" }
      return [connection, scram].compactMap(\.self)
    } + [name + "-agent-password", name + "-keyfile"]
  }
}
