extension Expectation {
  /// The expectations that need no configuration, as the manifests that they would be.
  static let builtIn = ["the built-in Expectation postgresql": postgresql]

  private static let postgresql = """
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
    """
}
