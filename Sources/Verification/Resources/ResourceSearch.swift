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
    let promise = promiseName.flatMap { platform.promises[$0] } ?? platform.promise(of: request)
    self.request = promise.map { request.defaulted(by: $0) } ?? request
    self.knowledge = .request
    self.namespace = request.namespace
    self.promise = promise
    // Kratix's own Promises are named for their kind; a note says that it was so taken.
    let name = promise?.name ?? promiseName ?? request.identity.kind.lowercased()
    subject = .resource(
      .request(promise: name, namespace: request.namespace, name: request.name))
    self.stateStore = stateStore
    self.platform = platform
    self.isOneOfAll = isOneOfAll
    self.showsOnlyOwn = showsOnlyOwn
    destinations = platform.destinations.values.sorted { $0.name < $1.name }
    let namespace = promise?.pipelineNamespace ?? request.namespace
    let resource = ResourceID.request(promise: name, namespace: namespace, name: request.name)
    places = try destinations.filter { $0.isNested(on: stateStore) }.map { destination in
      let path = try RepositoryLayout(of: destination, in: stateStore).path(of: resource)
      return ResourceLocation(
        destination: destination, content: .directory(try StatePath(path), tree: nil))
    }
    sharedDestinations = destinations.filter { $0.isShared(on: stateStore) }
    works = promise.map { request.works(of: $0) } ?? []
    self.hasExpectations = hasExpectations(promise, name)
    let selector = promise?.selector ?? [:]
    candidates = destinations.filter { $0.reasonToPass(over: selector) == nil }
  }

  /// What stands in a state store, by its path alone.
  ///
  /// - Throws: `ManifestError` when the path names no object that Kubernetes could have.
  init(
    _ standing: StandingResource, in surroundings: Surroundings
  ) throws(ManifestError) {
    let promise = standing.subject.promise.flatMap { surroundings.platform.promises[$0] }
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
    stateStore = surroundings.stateStore
    platform = surroundings.platform
    isOneOfAll = false
    showsOnlyOwn = false
    destinations = surroundings.destinations
    places = standing.places
    sharedDestinations = []
    works = []
    hasExpectations = false
    candidates =
      standing.subject.promise.flatMap { surroundings.candidates[$0] } ?? surroundings.destinations
  }

  /// What is the same for all searches.
  struct Surroundings {
    let platform: Platform
    let stateStore: GitStateStore
    let destinations: [Destination]
    /// The Destinations that a Promise's selectors choose.
    let candidates: [String: [Destination]]

    init(platform: Platform, stateStore: GitStateStore) {
      self.platform = platform
      self.stateStore = stateStore
      let destinations = platform.destinations.values.sorted { $0.name < $1.name }
      self.destinations = destinations
      candidates = platform.promises.mapValues { promise in
        destinations.filter { $0.reasonToPass(over: promise.selector) == nil }
      }
    }
  }

  /// The Promise's name; empty where it is not known.
  var promiseName: String { subject.promise ?? "" }

  /// The Promise whose requests are of this kind, if that is another than this one's own.
  func promiseServing(_ identity: ObjectIdentity) -> String? {
    platform.promises.values.first {
      $0.kind == identity.kind && $0.group == identity.group && $0.name != promiseName
    }?.name
  }

  /// Candidates where the search cannot look: on other state stores.
  var candidatesElsewhere: [Destination] {
    let elsewhere = candidates.filter {
      !$0.isNested(on: stateStore) && !$0.isShared(on: stateStore)
    }
    // State stores of other kinds are never searched.
    return isOneOfAll ? elsewhere.filter { $0.stateStoreKind != "GitStateStore" } : elsewhere
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
