import Application
import Foundation
import Kratix
import KubernetesAPI
import Landing
import Logging
import Manifests

/// Follows what a cluster says of its platform, its requests and their Works.
actor ClusterFollower {
  /// What is known of the cluster at one moment.
  struct View: Sendable {
    let state: ClusterState
    /// The resource of the requests of each Promise.
    let resources: [String: APIResource]
    /// The requests that have changed since the last view.
    let changed: Set<RequestKey>
    /// The Promises whose requests are watched, and whether they can be read.
    let promises: [String: Bool]
    /// Whether everything was listed once that can be.
    let isComplete: Bool
  }

  private let platform: ClusterPlatform
  private let client: KubernetesClient
  private let logger: Logger

  private var state = ClusterState()
  private var watches: [ClusterState.Source: Task<Void, Never>] = [:]
  private var resources: [String: APIResource] = [:]
  /// When the platform is read the next time.
  private var nextRefresh = ContinuousClock.now
  private var changed: Set<RequestKey> = []
  private var lostSince: ContinuousClock.Instant?

  init(_ platform: ClusterPlatform, client: KubernetesClient, logger: Logger) {
    self.platform = platform
    self.client = client
    self.logger = logger
  }

  /// What is known now; the next view has the changes from here on.
  func view() -> View {
    defer { changed = [] }
    return View(
      state: state, resources: resources, changed: changed, promises: followedPromises,
      isComplete: isComplete)
  }

  /// Remembers conditions that were set, until the watch says so.
  func remember(_ conditions: [RequestKey: StatusCondition]) {
    for (key, condition) in conditions { state.remember(condition, of: key) }
  }

  /// Ends all watches.
  func stop() {
    for watch in watches.values { watch.cancel() }
  }
}

// MARK: The platform

extension ClusterFollower {
  /// How often the platform is read without any change: Secrets are renewed, and are not watched.
  private static let platformAge: Duration = .seconds(300)
  private static let platformKinds = [
    "GitStateStore", "Destination", "Promise", "PromiseRevision", "ResourceBinding",
  ]
  /// How soon a change of the platform is read, and how soon a failure is tried again.
  private static let platformPause: Duration = .seconds(2)
  private static let retryPause: Duration = .seconds(10)

  /// Reads the platform where it is time to, and begins to watch what is new in it.
  func refresh() async {
    guard .now >= nextRefresh else { return }
    nextRefresh = .now + Self.platformAge
    if !watches.isEmpty { await platform.refresh(within: WatchOptions.patience) }
    do {
      try await followEverything()
    } catch {
      if Task.isCancelled { return }
      logger.error("the cluster cannot be read: \(error)")
      nextRefresh = .now + Self.retryPause
    }
  }

  /// Begins to watch what is not watched yet.
  private func followEverything() async throws {
    let reader = ClusterReader(client, deadline: .now + WatchOptions.patience)
    let kratix = try await reader.kratixResources()
    if watches[.works] == nil, let resource = kratix["Work"] {
      followParts(.works, resource)
    }
    if watches[.placements] == nil, let resource = kratix["WorkPlacement"] {
      followParts(.placements, resource)
    }
    for kind in Self.platformKinds where watches[.platform(kind: kind)] == nil {
      if let resource = kratix[kind] { followPlatform(kind, ObjectQuery(resource)) }
    }
    try await followRequests(reader)
  }

  private func followRequests(_ reader: ClusterReader) async throws {
    let promises = try platform.settings.loadPlatform().promises.values.filter { $0.kind != nil }
    for promise in promises where watches[.requests(promise: promise.name)] == nil {
      guard let resource = try await resource(of: promise, reader) else { continue }
      resources[promise.name] = resource
      followRequests(of: promise.name, resource)
    }
    let names = Set(promises.map(\.name))
    for source in watches.keys {
      guard case .requests(let promise) = source, !names.contains(promise) else { continue }
      watches.removeValue(forKey: source)?.cancel()
      state.forget(source)
      resources[promise] = nil
    }
  }

  /// The resource of a Promise's requests; `nil` for one that is being installed.
  private func resource(
    of promise: Promise, _ reader: ClusterReader
  ) async throws(KubernetesError) -> APIResource? {
    do throws(KubernetesError) {
      return try await reader.resource(of: promise)
    } catch {
      guard error.code == .notInstalled else { throw error }
      logger.warning("\(error)")
      // Asked for again with the next look at the platform.
      nextRefresh = .now + Self.retryPause
      return nil
    }
  }
}

// MARK: Watches

extension ClusterFollower {
  private func followRequests(of promise: String, _ resource: APIResource) {
    let server = client.server
    watches[.requests(promise: promise)] = Task { [client, weak self] in
      let updates = client.watch(ObjectQuery(resource)) {
        ListedRequest($0, ofPromise: promise, from: server)
      }
      for await update in updates {
        await self?.take(of: .requests(promise: promise)) { state in
          state.apply(update, ofPromise: promise)
        }
      }
    }
  }

  private func followParts(_ source: ClusterState.Source, _ resource: APIResource) {
    let query = ObjectQuery(resource, pageSize: ClusterReader.pageOfWorks)
    watches[source] = Task { [client, weak self] in
      for await update in client.watch(query, keeping: RequestPart.init) {
        await self?.take(of: source) { state in state.apply(update, of: source) }
      }
    }
  }

  private func followPlatform(_ kind: String, _ query: ObjectQuery) {
    let source = ClusterState.Source.platform(kind: kind)
    watches[source] = Task { [client, weak self] in
      // What changed is read as a whole.
      for await update in client.watch(query, keeping: { _ in }) {
        await self?.noticePlatform(update)
      }
    }
  }

  private func noticePlatform(_ update: WatchUpdate<Void>) {
    switch update {
    case .listed, .changed, .deleted:
      nextRefresh = min(nextRefresh, .now + Self.platformPause)
    case .current, .interrupted: break
    }
  }

  private func take(
    of source: ClusterState.Source,
    _ apply: @Sendable (inout ClusterState) -> Set<RequestKey>
  ) {
    let before = state.interruptions[source]?.code
    changed.formUnion(apply(&state))
    if let error = state.interruptions[source], error.code != before {
      logger.warning("\(error)\(advice(on: error, of: source))")
    }
    let isLost = state.interruptions.values.contains { Self.isLoss($0) }
    lostSince = isLost ? lostSince ?? .now : nil
  }

  /// The rules that a Promise's requests need, where one of them is missing.
  private func advice(on error: KubernetesError, of source: ClusterState.Source) -> String {
    guard error.code == .forbidden, case .requests(let promise) = source,
      let resource = resources[promise]
    else { return "" }
    let (group, plural) = (resource.group, resource.plural)
    return """
      ; to watch the requests of the Promise \(promise), a ClusterRole needs the rules \
      {apiGroups: ["\(group)"], resources: ["\(plural)"], verbs: ["get", "list", "watch"]} and, for \
      the condition, {apiGroups: ["\(group)"], resources: ["\(plural)/status"], verbs: ["patch"]}
      """
  }

  /// The Promises whose requests are watched, and whether they can be read.
  private var followedPromises: [String: Bool] {
    watches.keys.reduce(into: [:]) { found, source in
      guard case .requests(let promise) = source else { return }
      found[promise] = state.listed.contains(source) && state.interruptions[source] == nil
    }
  }

  /// Whether a failure concerns the API server as a whole, and not one kind of object.
  private static func isLoss(_ error: KubernetesError) -> Bool {
    ![.forbidden, .notInstalled, .tooLarge, .refused].contains(error.code)
  }

  /// How long the API server may be away before nothing counts as known.
  private static let lossLimit: Duration = .seconds(10)

  /// Whether what is known of the cluster is not older than some seconds.
  var isCurrent: Bool {
    isComplete && (lostSince.map { .now - $0 < Self.lossLimit } ?? true)
  }

  /// Whether everything was listed once that can be.
  private var isComplete: Bool {
    let needed = watches.keys.filter { source in
      if case .platform = source { return false }
      return state.interruptions[source].map(Self.isLoss) ?? true
    }
    return !needed.isEmpty && state.listed.isSuperset(of: needed)
  }
}
