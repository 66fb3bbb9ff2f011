internal import Kratix

/// What is intended on a platform, and the part of it that concerns each state store.
struct MultiStoreRequest: Sendable {
  let steering: LandingRequest.Steering
  /// The state stores that it may concern.
  let storeNames: [String]
  private let intent: LandingRequest.Intent
  private let destinations: [Destination]
  private let promises: [PromisePipelines]
  /// The directories of all Destinations, by the names of state stores, where what is in others goes.
  private var knownDirectories: [String: [String: Destination.FilepathMode]] = [:]

  /// - Throws: `LandingError` with `invalid-configuration` when there is no Destination.
  init(
    _ intent: LandingRequest.Intent, _ steering: LandingRequest.Steering, _ platform: Platform
  ) throws(LandingError) {
    self.intent = intent
    self.steering = steering
    destinations = platform.sortedDestinations
    promises = platform.promises.values.sorted { $0.name < $1.name }.map(PromisePipelines.init(of:))
    let used = try platform.namesOfUsedStores()
    if steering.relocates || steering.removesEverywhere {
      for store in platform.stateStores.values {
        knownDirectories[store.name] = try landing { () throws(KratixError) in
          try platform.allDirectories(onBranchOf: store)
        }
      }
    }
    guard case .cleanUp(let name) = intent else {
      storeNames = used
      return
    }
    storeNames = used.filter { $0 == platform.destinations[name]?.stateStoreName }
  }

  /// Whether a state store is read over the connection that a push uses, because a Work is
  /// scheduled there or may leave it.
  func opensPush(to store: GitStateStore) -> Bool {
    guard case .write(let works) = intent else { return false }
    if steering.relocates { return true }
    let scheduler = Scheduler(destinations: destinations)
    return works.contains { work in
      !work.isBeingDeleted
        && work.workloadGroups.contains { group in
          scheduler.choose(for: group, of: work, existing: [], relocates: false).chosen
            .contains { $0.destination.isStored(in: store) }
        }
    }
  }

  /// Whether Works are written, so that a group may have no Destination.
  var isWrite: Bool { if case .write = intent { true } else { false } }

  /// What becomes of one state store.
  func request(for store: GitStateStore, elsewhere: Elsewhere = Elsewhere()) -> LandingRequest {
    LandingRequest(
      intent, steering, in: store, destinations: destinations, elsewhere: elsewhere,
      promises: promises, knownDirectories: knownDirectories[store.name])
  }
}
