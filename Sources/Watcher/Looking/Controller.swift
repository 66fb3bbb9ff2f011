import Application
import Foundation
import Git
import Kratix
import KubernetesAPI
import Landing
import Logging
import Manifests
import Support
import Verification

/// How requests are watched.
package struct WatchOptions: Sendable {
  /// How long a commit may take after the pipelines have completed.
  package var grace: Duration = .seconds(60)
  /// How often the branches are looked at while nothing changes in the cluster.
  package var interval: Duration = .seconds(5)
  /// Whether conditions are set in the status of requests.
  package var writesStatus = true
  /// The replica, as Events name it.
  package var instance: String

  package init(instance: String) { self.instance = instance }
}

/// Follows a cluster and its state stores, and writes what has become of each request.
actor Controller {
  private let platform: ClusterPlatform
  private let client: KubernetesClient
  private let options: WatchOptions
  private let telemetry: WatchTelemetry
  private let logger: Logger
  private let writer: ClusterWriter

  private var state = ClusterState()
  private var watches: [ClusterState.Source: Task<Void, Never>] = [:]
  /// The resource of the requests of each Promise.
  private var resources: [String: APIResource] = [:]
  /// When the platform is read the next time.
  private var nextRefresh = ContinuousClock.now
  private var reading: StoreReading?
  private var readingVersion: Int?

  private var changed: Set<RequestKey> = []
  private var judgements: [RequestKey: Judgement] = [:]
  private var causes: [RequestKey: Cause] = [:]
  /// The state store that a request was last seen in.
  private var homes: [RequestKey: String] = [:]
  private var tips: [String: ObjectID?] = [:]
  /// Since when state stores cannot be read.
  private var outages: [String: Date] = [:]
  private var lostSince: ContinuousClock.Instant?
  /// How many requests are verified together.
  private var batchSize = 100
  /// The conditions as they would be, where none are set.
  private var announced: [RequestKey: StatusCondition] = [:]

  init(
    _ platform: ClusterPlatform, client: KubernetesClient, options: WatchOptions,
    telemetry: WatchTelemetry, logger: Logger
  ) {
    self.platform = platform
    self.client = client
    self.options = options
    self.telemetry = telemetry
    self.logger = logger
    writer = ClusterWriter(
      client: client, instance: options.instance, writesStatus: options.writesStatus,
      telemetry: telemetry, logger: logger)
  }

  /// The answer of a diagnosis.
  private struct Cause {
    let first: Judgement
    let judgement: Judgement
    let asked: ContinuousClock.Instant

    /// Whether it is to be asked again: it knew no cause then, as something might still have been on its
    /// way.
    var isOpen: Bool { first == judgement && .now - asked > Controller.patience }
  }

  /// Runs until the task is cancelled.
  func run() async {
    var nextLook = ContinuousClock.now
    while !Task.isCancelled {
      await refreshPlatform()
      if isComplete, !changed.isEmpty || .now >= nextLook {
        await look()
        nextLook = .now + options.interval
      }
      telemetry.judged(judgements, of: state.requests.count, isCurrent: isCurrent)
      telemetry.follows(followedPromises)
      // Cancelled: the loop ends.
      try? await Task.sleep(for: min(Self.tick, options.interval))
    }
    for watch in watches.values { watch.cancel() }
  }

  /// How soon a change in the cluster is judged.
  private static let tick: Duration = .seconds(1)
  /// How long a state store, and a diagnosis, may take.
  private static let patience: Duration = .seconds(30)
}

// MARK: The cluster

extension Controller {
  /// How often the platform is read without any change: Secrets are renewed, and are not watched.
  private static let platformAge: Duration = .seconds(300)
  private static let platformKinds = [
    "GitStateStore", "Destination", "Promise", "PromiseRevision", "ResourceBinding",
  ]
  /// How soon a change of the platform is read, and how soon a failure is tried again.
  private static let platformPause: Duration = .seconds(2)
  private static let retryPause: Duration = .seconds(10)
  /// How long the API server may be away before nothing counts as known.
  private static let lossLimit: Duration = .seconds(10)

  private func refreshPlatform() async {
    guard .now >= nextRefresh else { return }
    nextRefresh = .now + Self.platformAge
    if !watches.isEmpty { await platform.refresh(within: Self.patience) }
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
    let reader = ClusterReader(client, deadline: .now + Self.patience)
    let kratix = try await reader.kratixResources()
    if watches[.works] == nil, let resource = kratix["Work"] {
      follow(.works, ObjectQuery(resource, pageSize: ClusterReader.pageOfWorks))
    }
    if watches[.placements] == nil, let resource = kratix["WorkPlacement"] {
      follow(.placements, ObjectQuery(resource, pageSize: ClusterReader.pageOfWorks))
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
      follow(.requests(promise: promise.name), ObjectQuery(resource))
    }
    let names = Set(promises.map(\.name))
    for source in watches.keys {
      guard case .requests(let promise) = source, !names.contains(promise) else { continue }
      watches.removeValue(forKey: source)?.cancel()
      state.forget(source)
      judgements = judgements.filter { $0.key.promise != promise }
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

  private func follow(_ source: ClusterState.Source, _ query: ObjectQuery) {
    watches[source] = Task { [client, weak self] in
      for await update in client.watch(query) { await self?.take(update, of: source) }
    }
  }

  private func followPlatform(_ kind: String, _ query: ObjectQuery) {
    let source = ClusterState.Source.platform(kind: kind)
    watches[source] = Task { [client, weak self] in
      var isFirst = true
      for await update in client.watch(query) {
        if case .listed = update, isFirst {
          isFirst = false
        } else {
          await self?.noticePlatform(update)
        }
      }
    }
  }

  private func noticePlatform(_ update: WatchUpdate) {
    switch update {
    case .listed, .changed, .deleted:
      nextRefresh = min(nextRefresh, .now + Self.platformPause)
    case .current, .interrupted: break
    }
  }

  private func take(_ update: WatchUpdate, of source: ClusterState.Source) {
    let before = state.interruptions[source]?.code
    changed.formUnion(state.apply(update, of: source, server: client.server))
    if let error = state.interruptions[source], error.code != before {
      logger.warning("\(error)")
    }
    let isLost = state.interruptions.values.contains { Self.isLoss($0) }
    lostSince = isLost ? lostSince ?? .now : nil
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

  /// Whether what is known of the cluster is not older than some seconds.
  private var isCurrent: Bool {
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

// MARK: The state stores

extension Controller {
  private func look() async {
    guard isCurrent else { return }
    let start = ContinuousClock.now
    do {
      let reading = try currentReading()
      let tips = await reading.tips(deadline: .now + Self.patience)
      let moved = await note(tips, reading)
      var keys = candidates(moved)
      while !keys.isEmpty, !Task.isCancelled {
        let batch = keys.prefix(batchSize)
        keys = keys.dropFirst(batch.count)
        let began = ContinuousClock.now
        await judge(Set(batch), reading, tips)
        adaptBatch(to: .now - began)
        telemetry.judged(judgements, of: state.requests.count, isCurrent: isCurrent)
      }
      telemetry.looked(
        reading.names.reduce(into: [:]) { $0[$1] = outages[$1] == nil },
        took: .now - start, at: Date())
    } catch {
      logger.error("the platform cannot be used: \(LandingError(error))")
    }
  }

  /// Keeps batches between some seconds: what was found is known after each, and each must end in time.
  private func adaptBatch(to time: Duration) {
    if time > .seconds(8) { batchSize = max(10, batchSize / 2) }
    if time < .seconds(2) { batchSize = min(2000, batchSize * 2) }
  }

  /// The state stores of the platform as it is now.
  private func currentReading() throws -> StoreReading {
    if let reading, readingVersion == platform.version { return reading }
    readingVersion = platform.version
    let settings = platform.settings
    let known = try settings.loadPlatform()
    let new = StoreReading(
      stores: try settings.openStateStores(of: known, endsSoon: false),
      names: try known.stateStoresToRead().map(\.name))
    reading = new
    // What was judged with another platform is judged again.
    tips = [:]
    causes = [:]
    return new
  }

  /// Takes note of the branches.
  ///
  /// - Returns: The requests whose files have changed since the last look; `nil` for all.
  private func note(
    _ new: [String: Result<ObjectID?, LandingError>], _ reading: StoreReading
  ) async -> Set<StoreReading.Moved>? {
    var moved: Set<StoreReading.Moved>? = []
    for (name, result) in new {
      switch result {
      case .success(let tip):
        outages[name] = nil
        let former = tips.updateValue(tip, forKey: name)
        if former == .some(tip) { continue }
        guard let former = former ?? nil, let tip,
          let own = await reading.moved(
            in: name, from: former, to: tip, deadline: .now + Self.patience)
        else {
          moved = nil
          continue
        }
        moved?.formUnion(own)
      case .failure(let error):
        if outages[name] == nil {
          logger.warning("\(error)", metadata: ["store": "\(name)"])
          outages[name] = Date()
        }
        // All is looked at when it can be read again.
        tips[name] = nil
      }
    }
    return moved
  }

  /// The requests to judge, those first that have changed.
  private func candidates(_ moved: Set<StoreReading.Moved>?) -> ArraySlice<RequestKey> {
    let first = changed
    changed = []
    var others: [RequestKey] = []
    for key in state.requests.keys where !first.contains(key) {
      let judgement = judgements[key]
      let isOpen =
        judgement == nil || judgement?.reason == "NotYetLanded" || causes[key]?.isOpen == true
      let isAway =
        judgement?.reason != "StoreUnreadable"
        && homes[key].map { outages[$0] != nil } ?? !outages.isEmpty
      let hasMoved =
        moved?.contains(StoreReading.Moved(promise: key.promise, name: key.name)) ?? true
      if hasMoved || isOpen || isAway { others.append(key) }
    }
    return (first.sorted() + others.sorted())[...]
  }

  private func judge(
    _ keys: Set<RequestKey>, _ reading: StoreReading,
    _ tips: [String: Result<ObjectID?, LandingError>]
  ) async {
    let requests = keys.compactMap { state.requests[$0] }
    for key in keys where state.requests[key] == nil {
      judgements[key] = state.faults[key].map { Judgement(.unknown, "InvalidRequest", $0) }
    }
    let works = requests.flatMap { self.works(of: $0.key) }
    let answers = await reading.answers(
      to: requests, works: works, tips: tips, deadline: .now + Self.patience)
    var settled: [RequestKey: Judgement] = [:]
    var open: [(request: WatchedRequest, first: Judgement)] = []
    let now = Date()
    for request in requests {
      guard let answer = answers[request.key] else { continue }
      switch request.judged(
        by: sighting(answer, of: request.key), grace: options.grace.seconds, now: now)
      {
      case .none: judgements[request.key] = nil
      case .unchanged: break
      case .settled(let judgement):
        settled[request.key] = judgement
        causes[request.key] = nil
      case .needsCause(let first):
        if let known = causes[request.key], known.first == first, !known.isOpen {
          settled[request.key] = known.judgement
        } else {
          open.append((request, first))
        }
      }
    }
    for (key, judgement) in await withCauses(open) { settled[key] = judgement }
    await write(settled)
  }

  private func works(of key: RequestKey) -> [Work] {
    state.parts(.works, of: key).flatMap { node -> [Work] in
      do throws(ManifestError) {
        return try Work.works(in: ManifestFile(object: node, from: client.server))
      } catch {
        logger.warning("\(error)")
        return []
      }
    }
  }

  private func sighting(_ answer: StoreReading.Answer, of key: RequestKey) -> Sighting {
    switch answer {
    case .report(let report, let store):
      if !report.placements.isEmpty { homes[key] = store }
      return .report(report)
    case .unreadable(let store, let error):
      let since = outages[store] ?? Date()
      // A check that took too long says nothing of the store, which has just named its tip.
      if error.outcome != .timedOut { outages[store] = since }
      return .unreadable(error, since: since)
    }
  }
}

// MARK: Causes and writing

extension Controller {
  /// The judgements with their causes; one that turns out to be landed is left for the next look.
  private func withCauses(
    _ open: [(request: WatchedRequest, first: Judgement)]
  ) async -> [RequestKey: Judgement] {
    let search = CauseSearch(
      settings: platform.settings, reader: ClusterReader(client, deadline: .now + Self.patience))
    let questions = open.map { request, first in
      CauseSearch.Question(
        request: request, first: first, works: state.parts(.works, of: request.key),
        placements: state.parts(.placements, of: request.key))
    }
    let found = await search.judgements(on: questions)
    for (request, first) in open {
      if let judgement = found[request.key] {
        causes[request.key] = Cause(first: first, judgement: judgement, asked: .now)
      } else {
        changed.insert(request.key)
      }
    }
    return found
  }

  private func write(_ settled: [RequestKey: Judgement]) async {
    let now = Date()
    var entries: [ClusterWriter.Entry] = []
    for (key, judgement) in settled {
      let former = judgements.updateValue(judgement, forKey: key)
      guard let request = state.requests[key], let resource = resources[key.promise] else {
        continue
      }
      if judgement.verdict == .landed, let former, former.verdict != .landed,
        let completed = request.completed
      {
        telemetry.landed(after: now.timeIntervalSince(completed))
      }
      let known = options.writesStatus ? request.known : announced[key]
      let decision = Decision(judgement, known: known, now: now)
      guard decision.condition != nil || decision.event != nil else { continue }
      entries.append(
        ClusterWriter.Entry(
          request: request, resource: resource, decision: decision,
          works: state.parts(.works, of: key).compactMap(ObjectReference.init)))
    }
    guard !entries.isEmpty else { return }
    let failed = await writer.write(entries, deadline: .now + Self.patience * 4)
    changed.formUnion(failed)
    for entry in entries where !failed.contains(entry.request.key) {
      guard let condition = entry.decision.condition else { continue }
      announced[entry.request.key] = condition
      if options.writesStatus { state.remember(condition, of: entry.request.key) }
    }
  }
}
