internal import Git
package import Kratix

/// The state stores of a platform, and the way of a Work through all of them.
package struct StateStores: Sendable {
  /// What there is.
  package let platform: Platform
  private let stores: [String: StateStore]

  /// Puts the objects of a platform and the state stores behind them together.
  ///
  /// - Parameter stores: The state stores by the name of their GitStateStore.
  package init(platform: Platform, stores: [String: StateStore]) {
    self.platform = platform
    self.stores = stores
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
    let names = try usedStores()
    let intent = try await named(
      expanded(intent, by: names, options), steering, by: names, options)
    try await refuseUnaccountedAggregates(intent, in: names, options)
    if names.count > 1 { try await rehearse(intent, steering: steering, options: options) }
    // What moves between state stores is written to one before it leaves the other.
    let passes = steering.relocates && names.count > 1 ? 2 : 1
    for pass in 1...passes {
      for name in names {
        let receipt = try await land(intent, steering: steering, in: name, options: options)
        let isNews = pass == 1 ? !receipt.placements.isEmpty : receipt.outcome != .unchanged
        if isNews || names.count == 1 { landed(receipt) }
      }
    }
    if steering.allowsUnscheduled { try await refuseUnscheduled(intent, of: names, options) }
  }

  /// Does what of it belongs in one state store.
  ///
  /// - Parameters:
  ///   - intent: What is to be done.
  ///   - steering: How.
  ///   - name: The name of the GitStateStore.
  ///   - standingElsewhere: What is known to stand of its Works in the other state stores, where it
  ///     stays; without it they are read.
  ///   - options: Until when.
  /// - Throws: `LandingError`.
  package func land(
    _ intent: LandingRequest.Intent, steering: LandingRequest.Steering = .init(), in name: String,
    standingElsewhere: [StandingPlacement]? = nil, options: LandingOptions
  ) async throws -> Receipt {
    var request: LandingRequest
    if let standingElsewhere {
      request = try self.request(intent, steering, for: name, elsewhere: standingElsewhere)
    } else {
      request = try await self.request(
        intent, steering, for: name, options)
    }
    let (store, _) = try store(name)
    request.workNames = try await workNames(for: request, in: store, options)
    while true {
      request.checkedDirectories = try await refuseForeignDirectories(request, in: store, options)
      do { return try await store.land(request, options: options) } catch {
        // Somebody wrote what was checked, and it has to be known who.
        guard error as? LandingError == .writtenMeanwhile, .now < options.deadline else {
          throw error
        }
      }
    }
  }

  /// Refuses what one of several state stores would refuse before another holds a part of it.
  ///
  /// One that cannot be reached keeps nothing from the others.
  private func rehearse(
    _ intent: LandingRequest.Intent, steering: LandingRequest.Steering, options: LandingOptions
  ) async throws {
    for name in try usedStores() {
      do {
        let request = try await request(intent, steering, for: name, options)
        _ = try await store(name).0.preview(options: options) {
          try request.changes(on: $0, isPreview: true)
        }
      } catch let error as LandingError {
        guard error.outcome.meaning.writeStatus == Outcome.unreachable.meaning.writeStatus else {
          throw error
        }
      }
    }
  }

  /// Says what has not landed, after all else has.
  private func refuseUnscheduled(
    _ intent: LandingRequest.Intent, of names: [String], _ options: LandingOptions
  ) async throws {
    guard case .write(let works) = intent else { return }
    let destinations = Array(platform.destinations.values)
    var standing: [StandingPlacement] = []
    for name in names {
      standing += try await self.standing(of: works, in: name, options.deadline)
    }
    for work in works where !work.isBeingDeleted {
      let own = standing.filter { $0.work == work.identity }
      // Without leave it throws, and says why.
      _ = try landing { () throws(KratixError) in
        try Decision(writing: work, destinations: destinations, standing: own)
      }
    }
  }

  /// What it would change, file by file; nothing is pushed.
  ///
  /// - Throws: `LandingError`.
  package func preview(
    _ intent: LandingRequest.Intent, steering: LandingRequest.Steering = .init(),
    options: LandingOptions
  ) async throws -> [Preview] {
    let names = try usedStores()
    let intent = try await named(
      expanded(intent, by: names, options), steering, by: names, options)
    try await refuseUnaccountedAggregates(intent, in: names, options)
    var previews: [Preview] = []
    for name in names {
      let request = try await request(intent, steering, for: name, options)
      let (store, _) = try store(name)
      previews.append(
        try await store.preview(options: options) {
          try request.changes(on: $0, isPreview: true)
        })
    }
    return previews
  }

  /// What stands of Works in all state stores but one.
  ///
  /// - Throws: `LandingError`.
  package func standing(
    of works: [Work], outside name: String, deadline: ContinuousClock.Instant
  ) async throws -> [StandingPlacement] {
    var standing: [StandingPlacement] = []
    for other in try usedStores() where other != name && !works.isEmpty {
      standing += try await self.standing(of: works, in: other, deadline)
    }
    return standing
  }

  /// Puts what was pushed into the caches: to be done when the outcome has been told.
  package func settle() async {
    for store in stores.values { await store.settle() }
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
    _ intent: LandingRequest.Intent, _ steering: LandingRequest.Steering, for name: String,
    _ options: LandingOptions
  ) async throws -> LandingRequest {
    let standing = try await standing(
      of: intent.works, outside: name, deadline: options.deadline)
    return try request(intent, steering, for: name, elsewhere: standing)
  }

  private func request(
    _ intent: LandingRequest.Intent, _ steering: LandingRequest.Steering, for name: String,
    elsewhere: [StandingPlacement]
  ) throws(LandingError) -> LandingRequest {
    LandingRequest(
      intent, steering, in: try store(name).1,
      destinations: platform.destinations.values.sorted { $0.name < $1.name },
      elsewhere: elsewhere)
  }

  private func standing(
    of works: [Work], in name: String, _ deadline: ContinuousClock.Instant
  ) async throws -> [StandingPlacement] {
    let (store, description) = try store(name)
    let destinations = platform.destinations(in: description)
    return try await store.read(deadline: deadline) { snapshot in
      try works.flatMap { try snapshot.standing(of: $0, at: destinations, in: description) }
    }
  }
}
