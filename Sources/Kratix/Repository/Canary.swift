/// The two files that show in a cluster that its GitOps agent reads the Destination
/// (`internal/controller/destination_controller.go`, `createDestinationPathWithExample`).
package enum Canary {
  /// The name in commit subjects, and the start of the files' names.
  package static let name = "kratix-canary"

  /// The canary files of a Destination, from the top of the repository.
  ///
  /// - Throws: `KratixError` with the code `unsafePath`.
  package static func files(
    of destination: Destination, in store: GitStateStore
  ) throws(KratixError) -> [Layout.File] {
    try RepositoryLayout(of: destination, in: store).canaries
  }

  fileprivate static let namespace = """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: kratix-worker-system
    spec: {}
    status: {}

    """

  fileprivate static let configMap = """
    apiVersion: v1
    data:
      canary: this confirms your infrastructure is reading from Kratix state stores
    kind: ConfigMap
    metadata:
      name: kratix-info
      namespace: kratix-worker-system

    """
}

extension RepositoryLayout {
  /// The canary files, whether the Destination wants them or not.
  package var canaries: [Layout.File] {
    let isNested = destination.filepathMode == .nestedByMetadata
    return [
      Layout.File(
        path: path(
          below: (isNested ? [NestedPath.dependencies] : []) + ["\(Canary.name)-namespace.yaml"]),
        content: Array(Canary.namespace.utf8)),
      Layout.File(
        path: path(
          below: (isNested ? [NestedPath.resources] : []) + ["\(Canary.name)-configmap.yaml"]),
        content: Array(Canary.configMap.utf8)),
    ]
  }
}
