internal import Kratix
internal import Manifests

/// An expectation that needs no configuration.
///
/// It applies to Promises of its API: group, kind, and the fields that its parameters are taken from.
struct BuiltInExpectation {
  let name: String
  let api: PromiseAPI
  /// The manifest.
  let text: String

  static let all = [postgresqlOfSizes] + marketplace

  init(_ kind: String, name: String? = nil, group: String = "marketplace.kratix.io", _ text: String)
  {
    self.name = name ?? kind
    self.api = PromiseAPI(group: group, kind: kind)
    self.text = text
  }

  /// - Throws: `ManifestError` if the manifest is no Expectation.
  var expectation: Expectation {
    get throws(ManifestError) {
      let file = try ManifestFile(parsing: text, name: "the built-in Expectation \(name)")
      guard let object = file.objects.first else {
        throw ManifestError(
          code: .missingField, file: file.name, position: nil, message: "there is no Expectation")
      }
      var expectation = try Expectation(PlatformObject(object, file: file.name))
      expectation.api = api
      return expectation
    }
  }

  /// PostgreSQL as a Deployment in sizes: a Promise with `spec.size` and `spec.database`.
  private static let postgresqlOfSizes = BuiltInExpectation(
    "postgresql",
    """
    apiVersion: statestore.dev/v1alpha1
    kind: Expectation
    metadata: {name: postgresql}
    spec:
      promise: postgresql
      parameters:
        - {name: size, from: spec.size, default: small}
        - {name: database, from: spec.database, default: app}
        - {name: storage, lookup: size, values: {small: 1Gi, medium: 5Gi, large: 10Gi}}
        - {name: replicas, lookup: size, values: {small: 1, medium: 1, large: 2}}
      resources:
        - apiVersion: apps/v1
          kind: Deployment
          metadata:
            name: $(name)
            namespace: $(namespace)
            labels: {app: postgresql, instance: $(name)}
          spec:
            replicas: $(replicas)
            selector:
              matchLabels: {app: postgresql, instance: $(name)}
            template:
              metadata:
                labels: {app: postgresql, instance: $(name)}
              spec:
                containers:
                  - image: postgres:15-alpine
                    env:
                      - {name: POSTGRES_DB, value: $(database)}
                      - {name: POSTGRES_USER, value: postgres}
                      - name: POSTGRES_PASSWORD
                        valueFrom:
                          secretKeyRef: {name: $(name)-secret, key: password}
                volumes:
                  - persistentVolumeClaim: {claimName: $(name)-pvc}
        - apiVersion: v1
          kind: Service
          metadata: {name: $(name)-service, namespace: $(namespace)}
          spec:
            type: ClusterIP
            selector: {app: postgresql, instance: $(name)}
            ports:
              - {port: 5432, targetPort: 5432}
        - apiVersion: v1
          kind: PersistentVolumeClaim
          metadata: {name: $(name)-pvc, namespace: $(namespace)}
          spec:
            accessModes: [ReadWriteOnce]
            resources:
              requests: {storage: $(storage)}
        # Of a Secret's values only the keys count, under data or stringData alike.
        - apiVersion: v1
          kind: Secret
          metadata: {name: $(name)-secret, namespace: $(namespace)}
          type: Opaque
          stringData: {password: ""}
    """)
}
