import Foundation
import GitTransport
import Kratix
package import KubernetesAPI
import Landing
import Manifests

/// Reads Kratix's objects from an API server.
package struct ClusterReader: Sendable {
  let client: KubernetesClient
  package let deadline: ContinuousClock.Instant

  /// The server's address, for messages.
  package var server: String { client.server }

  package init(_ client: KubernetesClient, deadline: ContinuousClock.Instant) {
    self.client = client
    self.deadline = deadline
  }

  /// The kinds of a platform; those that older versions of Kratix do not have may be missing.
  private static let kinds: [(kind: String, isNeeded: Bool)] = [
    ("GitStateStore", true), ("Destination", true), ("Promise", true), ("PromiseRevision", false),
    ("ResourceBinding", false),
  ]

  /// State stores with the Secrets that they name, Destinations and Promises.
  ///
  /// - Parameter readsSecrets: Whether the credentials come from the cluster.
  /// - Throws: `KubernetesError` or `LandingError`.
  package func objects(readsSecrets: Bool) async throws -> ClusterObjects {
    let resources = try await kratixResources()
    var objects = ClusterObjects()
    for (kind, isNeeded) in Self.kinds {
      guard let resource = resources[kind] else {
        guard isNeeded else { continue }
        throw KubernetesError(
          .notInstalled,
          "\(client.server): \(kind) of \(PlatformObject.kratixGroup) is not installed; install Kratix, or"
            + " check the context")
      }
      let list = try await client.list(ObjectQuery(resource), deadline: deadline)
      for item in list.items { try objects.add(item, from: client.server) }
      if kind == "GitStateStore", readsSecrets {
        try await addSecrets(of: list.items, to: &objects)
      }
    }
    return objects
  }

  /// Kratix's resources by kind.
  ///
  /// - Throws: `KubernetesError`; with `not-installed` if there are none.
  package func kratixResources() async throws(KubernetesError) -> [String: APIResource] {
    let resources = try await client.resources(
      ofGroup: PlatformObject.kratixGroup, version: "v1alpha1", deadline: deadline)
    guard !resources.isEmpty else {
      throw KubernetesError(
        .notInstalled,
        "\(client.server): the API \(PlatformObject.kratixGroup)/v1alpha1 is not installed; install"
          + " Kratix, or check the context")
    }
    return Dictionary(resources.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static let secrets = APIResource(
    group: "", version: "v1", plural: "secrets", kind: "Secret")

  /// Adds the Secrets that state stores name, and no others; a state store on a path needs none.
  private func addSecrets(of stores: [Node], to objects: inout ClusterObjects) async throws {
    let named = try stores.compactMap { node -> GitStateStore.SecretReference? in
      let file = ManifestFile(object: node, from: client.server)
      var platform = Platform()
      try platform.add(file)
      guard let store = platform.stateStores.values.first,
        // An address that is none is reported when it is used.
        (try? RemoteURL(store.url))?.scheme != .file
      else { return nil }
      return store.secretReference
    }
    for reference in Set(named).sorted(by: { ($0.namespace, $0.name) < ($1.namespace, $1.name) }) {
      // One that is missing is reported when its state store is opened.
      guard
        let secret = try await client.object(
          Self.secrets, namespace: reference.namespace, name: reference.name, deadline: deadline)
      else { continue }
      try objects.add(secret, from: client.server)
    }
  }
}

/// A cluster that a command reads: how, and what it said of the platform.
package struct ClusterView: Sendable {
  let reader: ClusterReader
  var objects: ClusterObjects
}
