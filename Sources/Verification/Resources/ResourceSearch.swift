internal import Git
internal import Kratix
internal import Manifests

/// Where a request's resource may stand: below every Destination of the state store, whatever its
/// pipelines and groups are called.
struct ResourceSearch {
  /// How much is known of what was asked for.
  enum Knowledge: Hashable {
    /// The request itself.
    case request
    /// That there is one of this name, from the path where its resource stands.
    case path
    /// That it belongs to the Promise and to no request.
    case dependencies
    /// That something stands: nothing tells what it is of.
    case unknown
  }

  let request: ResourceRequest
  let knowledge: Knowledge
  /// The namespace that its objects are to be in; `nil` where it is not known.
  let namespace: String?
  /// `nil` where the platform does not hold it.
  let promise: Promise?
  let subject: Subject
  /// What the directories of the repository are named for; `nil` where that is not known.
  let resource: ResourceID?
  /// Where it may stand, of what can be told beforehand.
  let places: [ResourceLocation]
  /// Destinations where it may stand among what belongs to others.
  let sharedDestinations: [Destination]
  /// The Works of its pipelines, where those are known.
  let works: [Work]
  /// Whether something is known of what must be there.
  let hasExpectations: Bool
  /// Destinations that the Promise's selectors choose, on this state store and on others.
  let candidates: [Destination]
  /// All Destinations there are.
  let destinations: [Destination]
  let stateStore: GitStateStore
  let platform: Platform
  /// Whether nothing is shown of a file of which nothing tells whose its documents are.
  let showsOnlyOwn: Bool
  private let isOneOfAll: Bool

  init(
    _ request: ResourceRequest, promiseName: String?, platform: Platform,
    stateStore: GitStateStore, hasExpectations: (Promise?, String) -> Bool, isOneOfAll: Bool,
    showsOnlyOwn: Bool
  ) throws {
    let current = promiseName.flatMap { platform.promises[$0] } ?? platform.promise(of: request)
    let promise = current.flatMap {
      platform.promise($0.name, namespace: request.namespace, resource: request.name)
    }
    self.request = promise.map { request.defaulted(by: $0) } ?? request
    self.knowledge = .request
    self.namespace = request.namespace
    self.promise = promise
    // Kratix's own Promises are named for their kind; a note says that it was so taken.
    let name = current?.name ?? promiseName ?? request.identity.kind.lowercased()
    subject = .resource(
      .request(promise: name, namespace: request.namespace, name: request.name))
    self.stateStore = stateStore
    self.platform = platform
    self.isOneOfAll = isOneOfAll
    self.showsOnlyOwn = showsOnlyOwn
    destinations = platform.destinations.values.sorted { $0.name < $1.name }
    let resource = ResourceID.request(
      promise: name, namespace: promise?.pipelineNamespace ?? request.namespace, name: request.name)
    self.resource = resource
    places = try destinations.filter { $0.isNested(on: stateStore) }.map { destination in
      let path = try RepositoryLayout(of: destination, in: stateStore).path(of: resource)
      return ResourceLocation(
        destination: destination, content: .directory(try StatePath(path), tree: nil))
    }
    sharedDestinations = destinations.filter { $0.isShared(on: stateStore) }
    works = promise.map { request.works(of: $0) } ?? []
    self.hasExpectations = hasExpectations(promise, name)
    let selector = promise?.selector ?? [:]
    candidates =
      platform.destinationKnowledge == .found
      ? destinations : destinations.filter { $0.reasonToPass(over: selector) == nil }
  }

  /// What stands in a state store, by its path alone.
  ///
  /// - Throws: `ManifestError` when the path names no object that Kubernetes could have.
  init(
    _ standing: StandingResource, in surroundings: Surroundings
  ) throws(ManifestError) {
    let promise = surroundings.promise(of: standing.subject)
    request = try standing.impliedRequest(of: promise)
    knowledge = standing.knowledge
    if case .resource(.request(_, let namespace, _)) = standing.subject,
      promise?.pipelineNamespace == nil
    {
      self.namespace = namespace
    } else {
      // Where pipelines run in a namespace of their own, the path names that one.
      namespace = nil
    }
    self.promise = promise
    subject = standing.subject
    if case .resource(let resource) = standing.subject {
      self.resource = resource
    } else {
      resource = nil
    }
    stateStore = surroundings.stateStore
    platform = surroundings.platform
    isOneOfAll = false
    showsOnlyOwn = false
    destinations = surroundings.destinations
    places = standing.places
    sharedDestinations = []
    works = []
    hasExpectations = false
    candidates = surroundings.candidates(of: promise)
  }

  /// What is the same for all searches.
  struct Surroundings {
    let platform: Platform
    let stateStore: GitStateStore
    let destinations: [Destination]
    /// The Destinations that a Promise's selectors choose.
    private let candidates: [String: [Destination]]

    init(platform: Platform, stateStore: GitStateStore) {
      self.platform = platform
      self.stateStore = stateStore
      let destinations = platform.destinations.values.sorted { $0.name < $1.name }
      self.destinations = destinations
      candidates = platform.promises.mapValues { promise in
        destinations.filter { $0.reasonToPass(over: promise.selector) == nil }
      }
    }

    func promise(of subject: Subject) -> Promise? {
      guard case .resource(.request(let promise, let namespace, let name)) = subject else {
        return subject.promise.flatMap { platform.promises[$0] }
      }
      return platform.promise(promise, namespace: namespace, resource: name)
    }

    /// Whether other requests of the same Promise may be served by another version of it.
    func isBound(_ subject: Subject) -> Bool {
      guard case .resource(.request(let promise, let namespace, let name)) = subject else {
        return false
      }
      return platform.bindsVersion(ofPromise: promise, namespace: namespace, resource: name)
    }

    fileprivate func candidates(of promise: Promise?) -> [Destination] {
      guard let promise, platform.destinationKnowledge != .found else { return destinations }
      if promise.version == platform.promises[promise.name]?.version,
        let known = candidates[promise.name]
      {
        return known
      }
      return destinations.filter { $0.reasonToPass(over: promise.selector) == nil }
    }
  }

  /// Whether a ResourceBinding names the version of the Promise that serves the request.
  var bindsVersion: Bool {
    platform.bindsVersion(
      ofPromise: promiseName, namespace: request.namespace, resource: request.name)
  }

  /// The Promise's name; empty where it is not known.
  var promiseName: String { subject.promise ?? "" }

  /// The Promise whose requests are of this kind, if that is another than this one's own.
  func promiseServing(_ identity: ObjectIdentity) -> String? {
    platform.promises.values.first {
      $0.kind == identity.kind && $0.group == identity.group && $0.name != promiseName
    }?.name
  }

  /// Destinations that only labels of a pipeline can choose: those are not known here.
  var possibleCandidates: [Destination] {
    let selector = promise?.selector ?? [:]
    return destinations.filter { $0.canBeChosenByPipeline(besides: selector) }
  }

  /// Whether the Destinations are those that the repository's layout shows, so that nothing tells
  /// where the request belongs.
  var hasFoundDestinations: Bool { platform.destinationKnowledge == .found }

  /// Candidates where the search cannot look: on other state stores.
  var candidatesElsewhere: [Destination] {
    let elsewhere = candidates.filter {
      !$0.isNested(on: stateStore) && !$0.isShared(on: stateStore)
    }
    // State stores of other kinds are never searched.
    return isOneOfAll ? elsewhere.filter { $0.stateStoreKind != "GitStateStore" } : elsewhere
  }

  /// Destinations that nothing of this verification reads.
  var destinationsNotRead: [Destination] {
    destinations.filter {
      !$0.isStored(in: stateStore) && !(isOneOfAll && $0.stateStoreKind == "GitStateStore")
    }
  }
}

extension Destination {
  func isNested(on store: GitStateStore) -> Bool {
    isStored(in: store) && filepathMode == .nestedByMetadata
  }

  /// Whether its placements share its directory.
  func isShared(on store: GitStateStore) -> Bool {
    isStored(in: store) && filepathMode != .nestedByMetadata
  }
}

extension Promise {
  /// The labels that every default group of the Promise asks for; of two entries with one key the
  /// first counts (Kratix, `SquashPromiseScheduling`).
  var selector: [String: String] {
    destinationSelectors.reduce(into: [:]) { labels, entry in
      labels.merge(entry) { first, _ in first }
    }
  }
}
