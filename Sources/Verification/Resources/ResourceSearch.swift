internal import Git
internal import Kratix
internal import Manifests

/// A resource that is looked for at every Destination of the state store, whatever its pipelines and groups
/// are called.
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
  /// Where it is, if that is known already.
  private let places: [ResourceLocation]?
  /// Destinations where it may be among what belongs to others.
  let sharedDestinations: [Destination]
  /// The Works of its pipelines, where those are known.
  let works: [Work]
  /// Whether something is known of what must be there.
  let hasExpectations: Bool
  /// Destinations that the Promise's selectors choose, on this state store and on others.
  let candidates: [Destination]
  let surroundings: Surroundings
  /// Whether nothing is shown of a file of which nothing tells whose its documents are.
  let showsOnlyOwn: Bool
  private let isOneOfAll: Bool

  init(
    _ request: ResourceRequest, promiseName: String?, in surroundings: Surroundings,
    hasExpectations: (Promise?, String) -> Bool, isOneOfAll: Bool, showsOnlyOwn: Bool
  ) {
    let platform = surroundings.platform
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
    self.surroundings = surroundings
    self.isOneOfAll = isOneOfAll
    self.showsOnlyOwn = showsOnlyOwn
    resource = ResourceID.request(
      promise: name, namespace: promise?.pipelineNamespace ?? request.namespace, name: request.name)
    places = nil
    sharedDestinations = surroundings.sharedDestinations
    works = promise.map { request.works(of: $0) } ?? []
    self.hasExpectations = hasExpectations(promise, name)
    candidates = surroundings.candidates(of: promise)
  }

  /// What is in a state store, by its path alone.
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
    self.surroundings = surroundings
    isOneOfAll = false
    showsOnlyOwn = false
    places = standing.places
    sharedDestinations = []
    works = []
    hasExpectations = false
    candidates =
      promise == nil ? surroundings.destinations : surroundings.candidates(of: promise)
  }

  var platform: Platform { surroundings.platform }
  var stateStore: GitStateStore { surroundings.stateStore }
  /// All Destinations there are.
  var destinations: [Destination] { surroundings.destinations }

  /// The directories of the resource at the candidates; for one that was found by its path those that it has.
  var directoriesAtCandidates: [String] {
    let chosen = Set(candidates.map(\.name))
    if let places {
      return places.filter { chosen.contains($0.destination.name) }.map(\.path.description)
    }
    guard let resource else { return [] }
    return surroundings.nestedDestinations.filter { chosen.contains($0.name) }.compactMap {
      try? RepositoryLayout(of: $0, in: stateStore).path(of: resource)
    }
  }

  /// What is the same for all searches.
  struct Surroundings {
    let platform: Platform
    let stateStore: GitStateStore
    let destinations: [Destination]
    /// Those of the state store whose placements have directories of their own.
    let nestedDestinations: [Destination]
    /// Those of the state store whose placements share a directory.
    let sharedDestinations: [Destination]
    /// The Destinations that a Promise's selectors choose.
    private let candidates: [String: [Destination]]
    /// The Destinations that take what asks for no label.
    private let candidatesWithoutSelector: [Destination]

    init(platform: Platform, stateStore: GitStateStore) {
      self.platform = platform
      self.stateStore = stateStore
      let destinations = platform.destinations.values.sorted { $0.name < $1.name }
      self.destinations = destinations
      nestedDestinations = destinations.filter { $0.isNested(on: stateStore) }
      sharedDestinations = destinations.filter { $0.isShared(on: stateStore) }
      candidates = platform.promises.mapValues { promise in
        destinations.filter { $0.reasonToPass(over: promise.selector) == nil }
      }
      candidatesWithoutSelector = destinations.filter { $0.reasonToPass(over: [:]) == nil }
    }

    /// The layouts of the Destinations whose placements have directories of their own.
    ///
    /// - Throws: `KratixError` for a Destination's path that cannot be.
    func nestedLayouts() throws(KratixError) -> [RepositoryLayout] {
      try nestedDestinations.map { destination throws(KratixError) in
        try RepositoryLayout(of: destination, in: stateStore)
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
      guard platform.destinationKnowledge != .found else { return destinations }
      guard let promise else { return candidatesWithoutSelector }
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
