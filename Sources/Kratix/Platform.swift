package import Manifests

/// What a cluster says about its state stores: the objects that Kratix would look up.
package struct Platform: Sendable {
  /// State stores by name.
  package private(set) var stateStores: [String: GitStateStore] = [:]
  /// Destinations by name.
  package private(set) var destinations: [String: Destination] = [:]
  /// How completely they are known.
  package private(set) var destinationKnowledge = DestinationKnowledge.complete
  /// Promises by name.
  package private(set) var promises: [String: Promise] = [:]
  /// Secrets by namespace and name.
  package private(set) var secrets: [String: CredentialsSecret] = [:]
  /// The Promises of earlier versions, by name and version (`PromiseRevision`).
  private var revisions: [PromiseVersion: Promise] = [:]
  /// The versions that requests are bound to (`ResourceBinding`).
  private var bindings: [ResourceBinding.Request: String] = [:]
  /// Objects of the API group `statestore.dev`, for whoever knows them.
  package private(set) var expectations: [PlatformObject] = []

  /// How completely the Destinations of a platform are known.
  package enum DestinationKnowledge: Sendable {
    /// All that there are.
    case complete
    /// One that was chosen; there may be others.
    case chosen
    /// None. Those that are added are found in the repository, by their layout.
    case found
  }

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

  /// The Promise of a name as it serves one request: the PromiseRevision that the request's
  /// ResourceBinding names, where there is one.
  ///
  /// - Returns: `nil` when the Promise is not in the platform, or the version that the request is bound
  ///   to is not.
  package func promise(_ name: String, namespace: String, resource: String) -> Promise? {
    let request = ResourceBinding.Request(promise: name, namespace: namespace, name: resource)
    guard let version = bindings[request], version != "latest", version != promises[name]?.version
    else {
      return promises[name]
    }
    return revisions[PromiseVersion(promise: name, version: version)]
  }

  /// Whether a ResourceBinding names the version of the Promise that serves a request.
  package func bindsVersion(ofPromise promise: String, namespace: String, resource: String) -> Bool
  {
    bindings[.init(promise: promise, namespace: namespace, name: resource)] != nil
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
    case (_, "PromiseRevision"):
      let promise = try Promise(revision: object)
      guard let version = promise.version else { break }
      revisions[PromiseVersion(promise: promise.name, version: version)] = promise
    case (_, "ResourceBinding"):
      let binding = try ResourceBinding(object)
      bindings[binding.request] = binding.version
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

  /// Why there is no state store to read or write; `nil` where the configuration has a Destination on a
  /// GitStateStore.
  package var reasonForNoStateStore: String? {
    let others = destinations.values.filter { $0.stateStoreKind != "GitStateStore" }
      .sorted { $0.name < $1.name }
    guard others.count == destinations.count else { return nil }
    guard let first = others.first else {
      return
        "there is no Destination; give its manifest with --config, or name one with --destination"
    }
    return
      "Destination \(first.name) is on the \(first.stateStoreKind) \(first.stateStoreName), which is "
      + "not a Git store: only GitStateStores are read and written"
  }

  /// The GitStateStores to read: those that hold Destinations, or all where Destinations are yet to be
  /// found.
  ///
  /// - Throws: As `usedStateStores` does.
  package func stateStoresToRead() throws(KratixError) -> [GitStateStore] {
    destinationKnowledge == .found
      ? stateStores.values.sorted { $0.name < $1.name } : try usedStateStores()
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
    choose(destination)
  }

  /// Leaves only this Destination.
  package mutating func choose(_ destination: Destination) {
    destinations = [destination.name: destination]
    destinationKnowledge = .chosen
  }

  /// Takes Destinations that were found in the repository of a state store, by their paths from its
  /// top.
  package mutating func find(_ found: [Destination], in store: GitStateStore) {
    var store = store
    store.path = ""
    add(store)
    for destination in found { add(destination) }
  }

  /// Says that the Destinations are those that will be found in the repository.
  package mutating func leaveDestinationsToFind() {
    destinations = [:]
    destinationKnowledge = .found
  }
}
