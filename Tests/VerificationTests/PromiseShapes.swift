import Manifests
import Testing

/// A Promise, and what its pipeline renders for a request, after the shapes of public Promises.
struct PromiseShape: Sendable, CustomTestStringConvertible {
  /// A request of a shape.
  struct Request: Sendable {
    var name: String
    var namespace: String
    var isLarge: Bool
    /// A text that every request has of its own.
    var database: String
    var hasBackup: Bool

    var yaml: String {
      """
      {size: \(isLarge ? "large" : "small"), database: \(database)\
      \(hasBackup ? ", backup: true" : "")}
      """
    }

    /// A value that follows from the size.
    func size(_ small: String, _ large: String) -> String { isLarge ? large : small }
  }

  let kind: String
  /// Renders the documents of a request.
  let documents: @Sendable (Request) -> [String]
  /// A value of the small size and of the large size.
  let sized: (small: String, large: String)
  /// Texts to be replaced: a constant, a number, a key, and a reference.
  let replacements: [(what: String, old: String, new: String)]

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
        metadata: {name: \(kind)s.example.org}
        spec:
          group: example.org
          scope: Namespaced
          names: {kind: \(kind), plural: \(kind)s, singular: \(kind)}
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      properties:
                        size: {type: string, default: small, pattern: ^(small|large)$}
                        database: {type: string}
                        backup: {type: boolean, default: false}
      workflows:
        resource:
          configure:
            - apiVersion: platform.kratix.io/v1alpha1
              kind: Pipeline
              metadata: {name: configure}
              spec: {containers: [{name: render, image: "registry.example.org/\(kind)"}]}
    """
  }

  func request(_ request: Request) throws -> (manifest: String, output: String) {
    let manifest = """
      apiVersion: example.org/v1
      kind: \(kind)
      metadata: {name: \(request.name), namespace: \(request.namespace)}
      spec: \(request.yaml)
      """
    return (manifest, documents(request).joined(separator: "\n---\n"))
  }

  static let all = [web, cache, database, queue, stream]

  /// A workload with a Service, as in the guides of Kratix.
  private static let web = PromiseShape(
    kind: "webapp",
    documents: { request in
      [
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \(request.name)
          namespace: \(request.namespace)
          labels: {app.kubernetes.io/name: \(request.name), tier: web}
        spec:
          replicas: \(request.size("1", "3"))
          selector: {matchLabels: {app.kubernetes.io/name: \(request.name)}}
          template:
            metadata: {labels: {app.kubernetes.io/name: \(request.name)}}
            spec:
              containers:
                - name: web
                  image: nginx:1.27
                  ports: [{containerPort: 8080}]
                  envFrom: [{configMapRef: {name: \(request.name)-config}}]
                  resources:
                    requests: {cpu: \(request.size("100m", "500m")), memory: \(request.size("64Mi", "512Mi"))}
        """,
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(request.name)-web, namespace: \(request.namespace)}
        spec:
          selector: {app.kubernetes.io/name: \(request.name)}
          ports: [{port: 80, targetPort: 8080}]
        """,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(request.name)-config, namespace: \(request.namespace)}
        data:
          DATABASE: \(request.database)
          HOST: \(request.name)-web.\(request.namespace).svc.cluster.local
          LOG_LEVEL: info
        """,
      ]
    },
    sized: ("64Mi", "512Mi"),
    replacements: [
      ("a constant", "nginx:1.27", "nginx:latest"),
      ("a number", "targetPort: 8080", "targetPort: 8081"),
      ("a key", "LOG_LEVEL", "LOGLEVEL"),
      ("a reference", "-config}}", "-settings, optional: true}}"),
    ])

  /// A StatefulSet with a Secret.
  private static let cache = PromiseShape(
    kind: "keyvalue",
    documents: { request in
      [
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: \(request.name)-auth, namespace: \(request.namespace)}
        type: Opaque
        stringData: {password: "s3cret-\(request.database)"}
        """,
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: \(request.name)-valkey, namespace: \(request.namespace)}
        spec:
          serviceName: \(request.name)-valkey
          replicas: \(request.size("1", "3"))
          selector: {matchLabels: {app: valkey, instance: \(request.name)}}
          template:
            metadata: {labels: {app: valkey, instance: \(request.name)}}
            spec:
              containers:
                - name: valkey
                  image: valkey/valkey:8.0
                  args: ["--maxmemory", "\(request.size("256mb", "2gb"))", "--appendonly", "yes"]
                  ports: [{containerPort: 6379}]
                  env:
                    - name: VALKEY_PASSWORD
                      valueFrom: {secretKeyRef: {name: \(request.name)-auth, key: password}}
                  volumeMounts: [{name: data, mountPath: /data}]
          volumeClaimTemplates:
            - metadata: {name: data}
              spec:
                accessModes: [ReadWriteOnce]
                resources: {requests: {storage: \(request.size("1Gi", "8Gi"))}}
        """,
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(request.name)-valkey, namespace: \(request.namespace)}
        spec:
          clusterIP: None
          selector: {app: valkey, instance: \(request.name)}
          ports: [{port: 6379}]
        """,
      ]
    },
    sized: ("1Gi", "8Gi"),
    replacements: [
      ("a constant", "appendonly\", \"yes\"", "appendonly\", \"no\""),
      ("a number", "port: 6379}", "port: 6380}"),
      ("a key", "clusterIP:", "clusterIp:"),
      ("a reference", "serviceName: ", "serviceName: old-"),
    ])

  /// A cluster of CloudNativePG, with a backup for those who ask for one.
  private static let database = PromiseShape(
    kind: "pgcluster",
    documents: { request in
      [
        """
        apiVersion: postgresql.cnpg.io/v1
        kind: Cluster
        metadata: {name: \(request.name)-pg, namespace: \(request.namespace)}
        spec:
          instances: \(request.size("1", "3"))
          imageName: ghcr.io/cloudnative-pg/postgresql:16.4
          bootstrap: {initdb: {database: \(request.database), owner: \(request.database)}}
          storage: {size: \(request.size("2Gi", "20Gi"))}
          resources: {limits: {memory: \(request.size("512Mi", "4Gi"))}}
        """,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(request.name)-connection, namespace: \(request.namespace)}
        data:
          host: \(request.name)-pg-rw.\(request.namespace).svc
          port: "5432"
          uri: postgresql://\(request.name)-pg-rw.\(request.namespace).svc:5432/\(request.database)
        """,
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: \(request.name)-pg, namespace: \(request.namespace)}
        spec:
          podSelector: {matchLabels: {cnpg.io/cluster: \(request.name)-pg}}
          policyTypes: [Ingress]
          ingress: [{ports: [{port: 5432, protocol: TCP}]}]
        """,
      ]
        + (request.hasBackup
          ? [
            """
            apiVersion: postgresql.cnpg.io/v1
            kind: ScheduledBackup
            metadata: {name: \(request.name)-nightly, namespace: \(request.namespace)}
            spec: {schedule: "0 0 2 * * *", cluster: {name: \(request.name)-pg}}
            """
          ] : [])
    },
    sized: ("2Gi", "20Gi"),
    replacements: [
      ("a constant", "postgresql:16.4", "postgresql:15"),
      ("a number", "port: \"5432\"", "port: \"5433\""),
      ("a key", "imageName:", "image:"),
      ("a reference", "cnpg.io/cluster: ", "cnpg.io/cluster: the-"),
    ])

  /// A cluster of RabbitMQ's operator in a namespace of its own.
  private static let queue = PromiseShape(
    kind: "broker",
    documents: { request in
      [
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: \(request.name)-mq, labels: {team: queues}}
        """,
        """
        apiVersion: rabbitmq.com/v1beta1
        kind: RabbitmqCluster
        metadata: {name: \(request.name), namespace: \(request.name)-mq}
        spec:
          replicas: \(request.size("1", "3"))
          persistence: {storage: \(request.size("5Gi", "50Gi"))}
          resources: {limits: {memory: \(request.size("1Gi", "6Gi"))}}
          rabbitmq:
            additionalPlugins: [rabbitmq_management, rabbitmq_shovel]
            additionalConfig: |
              default_vhost = \(request.database)
        """,
        """
        apiVersion: rabbitmq.com/v1beta1
        kind: Queue
        metadata: {name: \(request.name)-events, namespace: \(request.name)-mq}
        spec:
          name: events
          durable: true
          rabbitmqClusterReference: {name: \(request.name)}
        """,
      ]
    },
    sized: ("5Gi", "50Gi"),
    replacements: [
      ("a constant", "rabbitmq_shovel", "rabbitmq_stream"),
      ("a number", "durable: true", "durable: false"),
      ("a key", "persistence:", "persistance:"),
      (
        "a reference", "rabbitmqClusterReference: {name: ",
        "rabbitmqClusterReference: {name: other-"
      ),
    ])

  /// Topics of Strimzi in the cluster's own namespace.
  private static let stream = PromiseShape(
    kind: "eventstream",
    documents: { request in
      [
        """
        apiVersion: kafka.strimzi.io/v1beta2
        kind: KafkaTopic
        metadata:
          name: \(request.name)
          namespace: kafka
          labels: {strimzi.io/cluster: shared}
        spec:
          partitions: \(request.size("3", "24"))
          replicas: \(request.size("1", "3"))
          config: {retention.ms: \(request.size("3600000", "604800000")), cleanup.policy: delete}
        """,
        """
        apiVersion: kafka.strimzi.io/v1beta2
        kind: KafkaUser
        metadata:
          name: \(request.name)-writer
          namespace: kafka
          labels: {strimzi.io/cluster: shared}
        spec:
          authentication: {type: tls}
          authorization:
            type: simple
            acls:
              - {resource: {type: topic, name: \(request.name)}, operations: [Write, Describe]}
        """,
        "{apiVersion: v1, kind: Namespace, metadata: {name: kafka}}",
      ]
    },
    sized: ("3600000", "604800000"),
    replacements: [
      ("a constant", "cleanup.policy: delete", "cleanup.policy: compact"),
      ("a number", "[Write, Describe]", "[Write]"),
      ("a key", "authentication:", "authentification:"),
      ("a reference", "{type: topic, name: ", "{type: topic, name: all-"),
    ])
}
