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

  /// Whether a Work is to be there or to go.
  public enum Action: Sendable, Hashable {
    /// The stores are to hold the Work and nothing else of it.
    case configure
    /// The stores are to hold nothing of it.
    case delete
  }

  /// Lands a Work in all state stores that it concerns.
  ///
  /// The stores are written one after another; what has landed in one stays when another fails,
  /// and is found unchanged when the Work is landed again.
  ///
  /// - Parameter landed: Called with each receipt as soon as it is there.
  /// - Throws: `LandingError`.
  public func land(
    _ work: Work, _ action: Action, options: LandingOptions, landed: (Receipt) -> Void
  ) async throws {
    let names = try usedStores()
    for name in names {
      let others = try await standing(of: work, in: names.filter { $0 != name }, options)
      let (store, description) = try store(name)
      var options = options
      options.authorName = description.authorName
      options.authorEmail = description.authorEmail
      let receipt = try await store.land(options: options) { snapshot in
        try changes(work, action, in: description, snapshot: snapshot, others: others)
      }
      if !receipt.placements.isEmpty || names.count == 1 { landed(receipt) }
    }
  }

  /// What landing a Work would change, file by file; nothing is pushed.
  ///
  /// - Throws: `LandingError`.
  public func preview(
    _ work: Work, _ action: Action, options: LandingOptions
  ) async throws -> [Preview] {
    let names = try usedStores()
    var previews: [Preview] = []
    for name in names {
      let others = try await standing(of: work, in: names.filter { $0 != name }, options)
      let (store, description) = try store(name)
      let preview = try await store.preview(options: options) { snapshot in
        try changes(work, action, in: description, snapshot: snapshot, others: others)
      }
      previews.append(preview)
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

  private func standing(
    of work: Work, in names: [String], _ options: LandingOptions
  ) async throws -> [StandingPlacement] {
    var standing: [StandingPlacement] = []
    for name in names {
      let (store, description) = try store(name)
      let destinations = platform.destinations(in: description)
      standing += try await store.read(deadline: options.deadline) { snapshot in
        try snapshot.standing(of: work, at: destinations, in: description)
      }
    }
    return standing
  }

  private func changes(
    _ work: Work, _ action: Action, in store: GitStateStore, snapshot: Snapshot,
    others: [StandingPlacement]
  ) throws -> [Change] {
    let here = try snapshot.standing(of: work, at: platform.destinations(in: store), in: store)
    let (written, removed) =
      action == .delete
      ? ([], work.removals(here)) : try work.placements(on: platform, standing: here + others)
    let isHere = { (placement: Placement) in placement.destination.stateStoreName == store.name }
    return try removed.filter(isHere).map { try Change.remove($0, in: store) }
      + written.filter(isHere).map { try Change.write($0, in: store) }
  }
}
