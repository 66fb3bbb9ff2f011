internal import Git
package import Kratix
package import Signing

/// The state stores of a platform, and how Works land in all of them.
package struct StateStores: Sendable {
  /// The objects of the platform.
  package let platform: Platform
  private let stores: [String: StateStore]
  private let findTrustedSigners: @Sendable (GitStateStore) throws -> TrustedSigners?

  /// Puts the objects of a platform and the state stores behind them together.
  ///
  /// - Parameters:
  ///   - stores: The state stores by the name of their GitStateStore.
  ///   - trustedSigners: Reads whose signatures count.
  package init(
    platform: Platform, stores: [String: StateStore],
    trustedSigners: @escaping @Sendable (GitStateStore) throws -> TrustedSigners? = { _ in nil }
  ) {
    self.platform = platform
    self.stores = stores
    findTrustedSigners = trustedSigners
  }

  /// Whose signatures of the commits of a state store count; `nil` if no signers are configured.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func trustedSigners(of store: GitStateStore) throws -> TrustedSigners? {
    try findTrustedSigners(store)
  }

  /// Does what is intended in all state stores that it concerns.
  ///
  /// The stores are written one after another; what has landed in one stays when another fails,
  /// and is found unchanged when the same is done again.
  ///
  /// - Parameter landed: Called with each receipt as soon as it is there.
  /// - Throws: `LandingError`.
  package func land(
    _ intent: LandingRequest.Intent, steering: LandingRequest.Steering = .init(),
    options: LandingOptions, landed: (Receipt) -> Void
  ) async throws {
    let request = try MultiStoreRequest(intent, steering, platform)
    let names = request.storeNames
    guard names.count > 1 else {
      for name in names { try await land(request, in: name, options, landed) }
      return
    }
    let landing = MultiStoreLanding(of: request, in: try sites(names), options: options)
    try await landing.run(landed)
  }

  private func land(
    _ request: MultiStoreRequest, in name: String, _ options: LandingOptions,
    _ landed: (Receipt) -> Void
  ) async throws {
    let (store, description) = try store(name)
    let request = request.request(for: description)
    let receipt = try await store.land(request, options: options)
    landed(receipt)
    guard request.steering.allowsUnscheduled, case .write = request.intent else { return }
    // What has no Destination is said after all else has landed.
    try await store.read(receipt.commit, deadline: options.deadline) {
      try request.requireDestinations(on: $0)
    }
  }

  /// Does what of it belongs in one state store, with Works that are known by their names.
  ///
  /// - Parameters:
  ///   - intent: What is to be done.
  ///   - steering: How.
  ///   - name: The name of the GitStateStore.
  ///   - elsewhere: What is known to exist of its Works in the other state stores, where it
  ///     stays; without it they are read.
  ///   - options: Until when.
  /// - Throws: `LandingError`.
  package func land(
    _ intent: LandingRequest.Intent, steering: LandingRequest.Steering = .init(), in name: String,
    elsewhere: [StandingPlacement]?, options: LandingOptions
  ) async throws -> Receipt {
    let (store, description) = try store(name)
    let placements =
      if let elsewhere { elsewhere } else {
        try await standing(of: intent.works, outside: name, deadline: options.deadline)
      }
    let request = LandingRequest(
      intent, steering, in: description, destinations: platform.sortedDestinations,
      elsewhere: Elsewhere(placements))
    return try await store.land(request, options: options)
  }

  /// Lands the canary files of all Destinations that want them, takes those of the others away, and
  /// makes branches that are missing where the options allow it.
  ///
  /// - Parameter landed: Called with each receipt as soon as it is there.
  /// - Throws: `LandingError`.
  package func landCanaries(options: LandingOptions, landed: (Receipt) -> Void) async throws {
    // Two Destinations in one place would have each other's files.
    _ = try landing { () throws(KratixError) in try platform.usedStateStores() }
    for description in platform.stateStores.values.sorted(by: { $0.name < $1.name }) {
      let request = LandingRequest(
        .canaries, in: description, destinations: platform.destinations(in: description))
      landed(try await store(description.name).0.land(request, options: options))
    }
  }

  /// What would change, file by file; nothing is pushed.
  ///
  /// - Throws: `LandingError`.
  package func preview(
    _ intent: LandingRequest.Intent, steering: LandingRequest.Steering = .init(),
    options: LandingOptions
  ) async throws -> [Preview] {
    let request = try MultiStoreRequest(intent, steering, platform)
    let landing = MultiStoreLanding(
      of: request, in: try sites(request.storeNames), options: options)
    return try await landing.previews()
  }

  /// Refuses a Work that no Destination could take, whatever the branch holds: by the paths of its
  /// files alone.
  ///
  /// - Throws: `LandingError` with `unsafe-path`, or `path-conflict` where they clash.
  package func refuseUnsafePaths(of work: Work) throws(LandingError) {
    // In that mode they are parts of one file, and no paths of their own.
    let aggregates = platform.destinations.values.contains { $0.filepathMode == .aggregatedYAML }
    guard !aggregates, !work.isBeingDeleted else { return }
    for group in work.workloadGroups {
      _ = try StatePath.paths(checking: group.workloads.map(\.filepath))
    }
  }

  /// What exists of Works in all state stores but one.
  ///
  /// - Throws: `LandingError`.
  package func standing(
    of works: [Work], outside name: String, deadline: ContinuousClock.Instant
  ) async throws -> [StandingPlacement] {
    guard !works.isEmpty else { return [] }
    var found: [StandingPlacement] = []
    for other in try platform.namesOfUsedStores() where other != name {
      let (store, description) = try store(other)
      let destinations = platform.destinations(in: description)
      found += try await store.read(deadline: deadline) { snapshot in
        try works.flatMap { try snapshot.standing(of: $0, at: destinations, in: description) }
      }
    }
    return found
  }

  /// Stores what was pushed in the caches: to be called after the result was reported.
  package func flushCaches() async {
    for store in stores.values { await store.flushCache() }
  }

  /// Lets go of the connections: to be done when nothing more is asked.
  package func close() async {
    for store in stores.values { await store.close() }
  }

  /// A state store by the name of its GitStateStore.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func store(_ name: String) throws(LandingError) -> (StateStore, GitStateStore) {
    guard let store = stores[name], let description = platform.stateStores[name] else {
      throw LandingError(
        .invalidConfiguration,
        "the GitStateStore \(name) is not in the configuration; add its manifest")
    }
    return (store, description)
  }

  private func sites(
    _ names: [String]
  ) throws(LandingError) -> [(store: StateStore, description: GitStateStore)] {
    var sites: [(store: StateStore, description: GitStateStore)] = []
    for name in names { sites.append(try store(name)) }
    return sites
  }
}

extension Platform {
  /// The names of the state stores that Destinations use.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` when there is no Destination.
  func namesOfUsedStores() throws(LandingError) -> [String] {
    let used = try landing { () throws(KratixError) in try usedStateStores() }
    guard !used.isEmpty else {
      throw LandingError(.invalidConfiguration, reasonForNoStateStore ?? "there is no Destination")
    }
    return used.map(\.name)
  }

  var sortedDestinations: [Destination] { destinations.values.sorted { $0.name < $1.name } }
}
