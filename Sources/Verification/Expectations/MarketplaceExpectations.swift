/// Expectations for Promises of Kratix's marketplace (github.com/syntasso/kratix-marketplace), each after
/// the pipeline that its comment names.
///
/// They expect what a pipeline sets by the request, and nothing that a template may change with a release:
/// images, versions, resources. Where a pipeline puts its objects into one namespace, that one is expected.
extension BuiltInExpectation {
  static let marketplace = [postgresql, redis, kafka, jenkins, rabbitmq]

  // `postgresql/README.md` refers to github.com/syntasso/promise-postgresql:
  // `internal/configure-pipeline/execute-pipeline`, and `workflows/configure-pipeline/internal/resource/
  // configure.go`, which replaces it. The number of instances also depends on the pipeline's environment.
  private static let postgresql = BuiltInExpectation(
    "postgresql", name: "marketplace-postgresql",
    """
    apiVersion: statestore.dev/v1alpha1
    kind: Expectation
    metadata: {name: marketplace-postgresql}
    spec:
      promise: postgresql
      parameters:
        - {name: env, from: spec.env, default: dev}
        - {name: team, from: spec.teamId, default: acid}
        # The database's name becomes a key, and keys are not judged.
        - {name: database, from: spec.dbName, default: postgres}
        - {name: target, from: spec.namespace, default: default}
        - {name: volume, lookup: env, values: {dev: 1Gi, prod: 10Gi}}
      resources:
        - apiVersion: acid.zalan.do/v1
          kind: postgresql
          metadata: {name: $(team)-$(name)-postgresql, namespace: $(target)}
          spec:
            teamId: $(team)
            volume: {size: $(volume)}
    """)

  // `redis/internal/configure-pipeline/execute-pipeline`.
  private static let redis = BuiltInExpectation(
    "redis", name: "marketplace-redis",
    """
    apiVersion: statestore.dev/v1alpha1
    kind: Expectation
    metadata: {name: marketplace-redis}
    spec:
      promise: redis
      parameters:
        - {name: size, from: spec.size, default: small}
        - {name: replicas, lookup: size, values: {small: 1, large: 3}}
      resources:
        - apiVersion: databases.spotahome.com/v1
          kind: RedisFailover
          metadata: {name: $(name), namespace: default}
          spec:
            redis: {replicas: $(replicas)}
            sentinel: {replicas: $(replicas)}
    """)

  // `kafka/internal/configure-pipeline/execute-pipeline` and `resources/` beside it. The Component goes
  // to a Destination of its own, which may be on another state store.
  private static let kafka = BuiltInExpectation(
    "kafka", name: "marketplace-kafka",
    """
    apiVersion: statestore.dev/v1alpha1
    kind: Expectation
    metadata: {name: marketplace-kafka}
    spec:
      promise: kafka
      parameters:
        - {name: size, from: spec.size, default: small}
        - {name: replicas, lookup: size, values: {small: 1, large: 3}}
      resources:
        - apiVersion: kafka.strimzi.io/v1beta2
          kind: Kafka
          metadata: {name: $(name), namespace: kafka}
        - apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaNodePool
          metadata:
            name: $(name)
            namespace: kafka
            labels: {strimzi.io/cluster: $(name)}
          spec: {replicas: $(replicas)}
      optional:
        - apiVersion: backstage.io/v1alpha1
          kind: Component
          metadata: {name: kafka-$(name)}
    """)

  // `jenkins/internal/configure-pipeline/execute-pipeline` and `resources/` beside it. A small instance
  // gets a node port by its name, which may be overridden by a label of the request.
  private static let jenkins = BuiltInExpectation(
    "jenkins", name: "marketplace-jenkins",
    """
    apiVersion: statestore.dev/v1alpha1
    kind: Expectation
    metadata: {name: marketplace-jenkins}
    spec:
      promise: jenkins
      parameters:
        - {name: env, from: spec.env, default: dev}
        - {name: plugins, from: spec.plugins, default: []}
      resources:
        - apiVersion: jenkins.io/v1alpha2
          kind: Jenkins
          metadata: {name: $(env)-$(name), namespace: default}
          spec:
            master: {plugins: $(plugins)}
    """)

  // `rabbitmq/internal/request-pipeline/execute-pipeline` and `resources/` beside it.
  private static let rabbitmq = BuiltInExpectation(
    "rabbitmq", name: "marketplace-rabbitmq",
    """
    apiVersion: statestore.dev/v1alpha1
    kind: Expectation
    metadata: {name: marketplace-rabbitmq}
    spec:
      promise: rabbitmq
      parameters:
        - {name: env, from: spec.env, default: dev}
        - {name: plugins, from: spec.plugins, default: []}
        - {name: replicas, lookup: env, values: {dev: 1, prod: 3}}
      resources:
        - apiVersion: rabbitmq.com/v1beta1
          kind: RabbitmqCluster
          metadata: {name: $(name), namespace: default}
          spec:
            replicas: $(replicas)
            rabbitmq: {additionalPlugins: $(plugins)}
    """)
}
