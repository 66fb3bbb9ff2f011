/// The two files by which Kratix tells that a Destination is read
/// (`internal/controller/destination_controller.go`, `createDestinationPathWithExample`).
package enum Canary {
  /// What commits are named for.
  package static let name = "kratix-canary"

  /// The canary files of a Destination, from the top of the repository.
  ///
  /// - Throws: `KratixError` with the code `unsafePath`.
  package static func files(
    of destination: Destination, in store: GitStateStore
  ) throws(KratixError) -> [Layout.File] {
    let top = try destination.directory(in: store)
    let isNested = destination.filepathMode == .nestedByMetadata
    return [
      Layout.File(
        path: JoinedPath.join(
          top, isNested ? NestedPath.dependencies : "", "kratix-canary-namespace.yaml"),
        content: Array(namespace.utf8)),
      Layout.File(
        path: JoinedPath.join(
          top, isNested ? NestedPath.resources : "", "kratix-canary-configmap.yaml"),
        content: Array(configMap.utf8)),
    ]
  }

  private static let namespace = """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: kratix-worker-system
    spec: {}
    status: {}

    """

  private static let configMap = """
    apiVersion: v1
    data:
      canary: this confirms your infrastructure is reading from Kratix state stores
    kind: ConfigMap
    metadata:
      name: kratix-info
      namespace: kratix-worker-system

    """
}
