internal import Manifests

/// The version of a Promise that serves one request (`api/v1alpha1/resourcebinding_types.go`).
struct ResourceBinding {
  /// A request of a Promise, under its own namespace.
  struct Request: Hashable {
    let promise: String
    let namespace: String
    let name: String
  }

  let request: Request
  let version: String

  /// Reads a `ResourceBinding` manifest.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  init(_ object: PlatformObject) throws(ManifestError) {
    request = Request(
      promise: try object.require(.objectName, at: "/spec/promiseRef/name"),
      namespace: try object.require(.objectName, at: "/spec/resourceRef/namespace"),
      name: try object.require(.objectName, at: "/spec/resourceRef/name"))
    version = try object.require(.text, at: "/spec/version")
  }
}

/// A Promise by name and version.
struct PromiseVersion: Hashable {
  let promise: String
  let version: String
}

extension Promise {
  /// Reads a `PromiseRevision` manifest: a Promise as it was in one version
  /// (`api/v1alpha1/promiserevision_types.go`).
  ///
  /// - Throws: `ManifestError` with file, line and field.
  init(revision object: PlatformObject) throws(ManifestError) {
    let spec = try object.require(.mapping, at: "/spec/promiseSpec")
    let name = try object.require(.objectName, at: "/spec/promiseRef/name")
    let version = try object.require(.text, at: "/spec/version")
    let promise = Node(
      .mapping([
        "metadata": Node(
          .mapping([
            "name": Node(.string(name)),
            "labels": Node(.mapping([Self.versionLabel: Node(.string(version))])),
          ])),
        "spec": Node(.mapping(spec)),
      ]), position: object.node.position)
    try self.init(
      PlatformObject(
        ManifestObject(identity: object.identity, node: promise), file: object.file))
  }
}
