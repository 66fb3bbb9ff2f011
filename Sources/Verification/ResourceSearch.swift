internal import Git
internal import Kratix
internal import Manifests

/// Where a request's resource may stand: below every Destination of the state store, whatever its
/// pipelines and groups are called.
struct ResourceSearch {
  /// A directory that would belong to the resource alone.
  struct Place {
    let destination: Destination
    let directory: StatePath
  }

  let request: ResourceRequest
  /// `nil` where the platform does not hold it.
  let promise: Promise?
  let promiseName: String
  let places: [Place]
  /// Destinations that the Promise's selectors choose, on this state store and on others.
  let candidates: [Destination]
  /// All Destinations there are.
  let destinations: [Destination]
  private let stateStore: GitStateStore

  init(
    _ request: ResourceRequest, promiseName: String?, platform: Platform,
    stateStore: GitStateStore
  ) throws {
    let promise = promiseName.flatMap { platform.promises[$0] } ?? platform.promise(of: request)
    self.request = promise.map { request.defaulted(by: $0) } ?? request
    self.promise = promise
    // Kratix's own Promises are named for their kind; a note says that it was so taken.
    let name = promise?.name ?? promiseName ?? request.identity.kind.lowercased()
    self.promiseName = name
    self.stateStore = stateStore
    destinations = platform.destinations.values.sorted { $0.name < $1.name }
    let namespace = promise?.pipelineNamespace ?? request.namespace
    let below = "resources/\(namespace)/\(name)/\(request.name)"
    places = try destinations.filter { $0.isNested(on: stateStore) }.map { destination in
      let top = try destination.directory(in: stateStore)
      let path = top.isEmpty ? below : "\(top)/\(below)"
      return Place(destination: destination, directory: try StatePath(path))
    }
    let selector = promise?.selector ?? [:]
    candidates = destinations.filter { $0.reasonToPass(over: selector) == nil }
  }

  /// Candidates where the search cannot look: on other state stores, or laid out in another mode.
  var candidatesElsewhere: [Destination] {
    candidates.filter { !$0.isNested(on: stateStore) }
  }
}

extension Destination {
  fileprivate func isNested(on store: GitStateStore) -> Bool {
    stateStoreKind == "GitStateStore" && stateStoreName == store.name
      && filepathMode == .nestedByMetadata
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
