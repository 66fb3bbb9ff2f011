internal import Git
public import Kratix

/// The state stores of a platform, and the way of a Work through all of them.
public struct StateStores: Sendable {
  /// What there is.
  public let platform: Platform
  private let stores: [String: StateStore]

  /// Puts the objects of a platform and the state stores behind them together.
  ///
  /// - Parameter stores: The state stores by the name of their GitStateStore.
  public init(platform: Platform, stores: [String: StateStore]) {
    self.platform = platform
    self.stores = stores
  }

  /// Lands Works in all state stores that they concern, or removes them.
  ///
  /// The stores are written one after another; what has landed in one stays when another fails,
  /// and is found unchanged when the Works are landed again.
  ///
  /// - Parameter landed: Called with each receipt as soon as it is there.
  /// - Throws: `LandingError`.
  public func land(
    _ intent: LandingRequest.Intent, options: LandingOptions, landed: (Receipt) -> Void
  ) async throws {
    let names = try usedStores()
    for name in names {
      let receipt = try await land(intent, in: name, options: options)
      if !receipt.placements.isEmpty || names.count == 1 { landed(receipt) }
    }
  }

  /// Lands what of Works belongs in one state store, or removes it.
  ///
  /// - Parameters:
  ///   - intent: What is to become of which Works.
  ///   - name: The name of the GitStateStore.
  ///   - standingElsewhere: What is known to stand of them in the other state stores, where it
  ///     stays; without it they are read.
  ///   - options: Until when.
  /// - Throws: `LandingError`.
  public func land(
    _ intent: LandingRequest.Intent, in name: String,
    standingElsewhere: [StandingPlacement]? = nil, options: LandingOptions
  ) async throws -> Receipt {
    let request: LandingRequest
    if let standingElsewhere {
      request = try self.request(intent, for: name, elsewhere: standingElsewhere)
    } else {
      request = try await self.request(intent, for: name, of: try usedStores(), options)
    }
    return try await store(name).0.land(request, options: options)
  }

  /// What landing Works would change, file by file; nothing is pushed.
  ///
  /// - Throws: `LandingError`.
  public func preview(
    _ intent: LandingRequest.Intent, options: LandingOptions
  ) async throws -> [Preview] {
    let names = try usedStores()
    var previews: [Preview] = []
    for name in names {
      let request = try await request(intent, for: name, of: names, options)
      let (store, _) = try store(name)
      previews.append(try await store.preview(options: options) { try request.changes(on: $0) })
    }
    return previews
  }

  /// Puts what was pushed into the caches: to be done when the outcome has been told.
  public func settle() async {
    for store in stores.values { await store.settle() }
  }

  /// A state store by the name of its GitStateStore.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  public func store(_ name: String) throws(LandingError) -> (StateStore, GitStateStore) {
    guard let store = stores[name], let description = platform.stateStores[name] else {
      throw LandingError(
        .invalidConfiguration,
        "the GitStateStore \(name) is not in the configuration; add its manifest")
    }
    return (store, description)
  }

  private func usedStores() throws(LandingError) -> [String] {
    let used = try landing { () throws(KratixError) in try platform.usedStateStores() }
    guard !used.isEmpty else {
      throw LandingError(
        .invalidConfiguration,
        "there is no Destination; give its manifest with --config, or name one with --destination")
    }
    return used.map(\.name)
  }

  /// What is to become of one of several state stores.
  private func request(
    _ intent: LandingRequest.Intent, for name: String, of names: [String],
    _ options: LandingOptions
  ) async throws -> LandingRequest {
    var standing: [StandingPlacement] = []
    for other in names where other != name {
      standing += try await self.standing(of: intent.works, in: other, options)
    }
    return try request(intent, for: name, elsewhere: standing)
  }

  private func request(
    _ intent: LandingRequest.Intent, for name: String, elsewhere: [StandingPlacement]
  ) throws(LandingError) -> LandingRequest {
    LandingRequest(
      intent, in: try store(name).1,
      destinations: platform.destinations.values.sorted { $0.name < $1.name },
      elsewhere: elsewhere)
  }

  private func standing(
    of works: [Work], in name: String, _ options: LandingOptions
  ) async throws -> [StandingPlacement] {
    let (store, description) = try store(name)
    let destinations = platform.destinations(in: description)
    return try await store.read(deadline: options.deadline) { snapshot in
      try works.flatMap { try snapshot.standing(of: $0, at: destinations, in: description) }
    }
  }
}

extension LandingRequest.Intent {
  /// The Works that it is about.
  public var works: [Work] {
    switch self {
    case .write(let works), .remove(let works): works
    }
  }
}
