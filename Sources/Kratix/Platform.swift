package import Manifests

/// What a cluster says about its state stores: the objects that Kratix would look up.
package struct Platform: Sendable {
  /// State stores by name.
  package private(set) var stateStores: [String: GitStateStore] = [:]
  /// Destinations by name.
  package private(set) var destinations: [String: Destination] = [:]
  /// Promises by name.
  package private(set) var promises: [String: Promise] = [:]
  /// Secrets by namespace and name.
  package private(set) var secrets: [String: CredentialsSecret] = [:]
  /// Objects of the API group `statestore.dev`, for whoever knows them.
  package private(set) var expectations: [PlatformObject] = []

  /// A platform of which nothing is known.
  package init() {}

  /// Takes all objects of a file that say something about state stores; others are passed over.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  package mutating func add(_ file: ManifestFile) throws(ManifestError) {
    for object in file.objects { try add(PlatformObject(object, file: file.name)) }
  }

  /// Adds a state store, or replaces the one of its name.
  package mutating func add(_ store: GitStateStore) { stateStores[store.name] = store }

  /// Adds a Destination, or replaces the one of its name.
  package mutating func add(_ destination: Destination) {
    destinations[destination.name] = destination
  }

  /// Adds a Secret, or replaces the one of its name and namespace.
  package mutating func add(_ secret: CredentialsSecret) {
    secrets["\(secret.namespace)/\(secret.name)"] = secret
  }

  /// The Promise whose API a request is of.
  package func promise(of request: ResourceRequest) -> Promise? {
    promises.values.first {
      $0.kind == request.identity.kind && $0.group == request.identity.group
    }
  }

  private mutating func add(_ object: PlatformObject) throws(ManifestError) {
    if PlatformObject.kratixKinds.contains(object.identity.kind) { try object.checkVersion() }
    switch (object.identity.group, object.identity.kind) {
    case (_, "GitStateStore"): add(try GitStateStore(object))
    case (_, "Destination"): add(try Destination(object))
    case (_, "Promise"):
      let promise = try Promise(object)
      promises[promise.name] = promise
    case ("", "Secret"): add(try CredentialsSecret(object))
    case ("statestore.dev", _): expectations.append(object)
    default: break
    }
  }

  /// The Destinations that live in a GitStateStore, by name.
  package func destinations(in store: GitStateStore) -> [Destination] {
    destinations.values.filter { $0.isStored(in: store) }.sorted { $0.name < $1.name }
  }

  /// The GitStateStores that hold Destinations, by name.
  ///
  /// - Throws: `KratixError` with the code `invalidConfiguration` when one is not there, or when
  ///   two Destinations of one have the same directory, however it is spelled, or those of two that
  ///   are one branch are not apart.
  package func usedStateStores() throws(KratixError) -> [GitStateStore] {
    var used: [String: GitStateStore] = [:]
    var owners = DirectoryOwners()
    for destination in destinations.values.sorted(by: { $0.name < $1.name })
    where destination.stateStoreKind == "GitStateStore" {
      let store = try stateStore(of: destination)
      used[store.name] = store
      try owners.add(destination, in: store)
    }
    return used.values.sorted { $0.name < $1.name }
  }

  /// The state store that a Destination lives in.
  ///
  /// - Throws: `KratixError` with the code `invalidConfiguration`.
  package func stateStore(of destination: Destination) throws(KratixError) -> GitStateStore {
    try destination.requireGitStateStore()
    guard let store = stateStores[destination.stateStoreName] else {
      throw KratixError(
        .invalidConfiguration,
        """
        Destination \(destination.name) is on the GitStateStore \(destination.stateStoreName), \
        which is not in the configuration; add its manifest
        """)
    }
    return store
  }
}

extension Platform {
  /// Leaves only one Destination, which is then chosen whatever the selectors say.
  ///
  /// - Throws: `KratixError` with the code `invalidConfiguration` when it is not there.
  package mutating func keepDestination(_ name: String) throws(KratixError) {
    guard let destination = destinations[name] else {
      let names = destinations.keys.sorted().joined(separator: ", ")
      throw KratixError(
        .invalidConfiguration,
        "there is no Destination \(name) in the configuration; there are: \(names)")
    }
    destinations = [name: destination]
  }
}
