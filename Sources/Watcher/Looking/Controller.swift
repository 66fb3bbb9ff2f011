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

  private let cluster: ClusterFollower
  private var reading: (StoreReading, version: Int)?
  /// Why the state stores of the platform cannot be opened.
  private var platformProblem: String?

  /// The requests that the next look judges, whatever has moved.
  private var pending: Set<RequestKey> = []
  private var judgements: [RequestKey: Judgement] = [:]
  private var causes: [RequestKey: Cause] = [:]
  /// The state store that a request was last seen in.
  private var homes: [RequestKey: String] = [:]
  private var tips: [String: ObjectID?] = [:]
  /// Since when state stores cannot be read.
  private var outages: [String: Date] = [:]
  /// Since when checks of a request have not ended in time.
  private var timeouts: [RequestKey: Date] = [:]
  /// Requests that a diagnosis found landed, and verification not.
  private var contradictions: Set<RequestKey> = []
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
    cluster = ClusterFollower(platform, client: client, logger: logger)
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
      await cluster.refresh()
      let view = await cluster.view()
      pending.formUnion(view.changed)
      forget(notIn: view.state)
      if view.isComplete, !pending.isEmpty || .now >= nextLook {
        await look(at: view)
        nextLook = .now + options.interval
      }
      await tell(view)
      telemetry.follows(view.promises)
      // Cancelled: the loop ends.
      try? await Task.sleep(for: min(Self.tick, options.interval))
    }
    await cluster.stop()
  }

  private func tell(_ view: ClusterFollower.View) async {
    telemetry.judged(
      judgements, of: view.state.requests.count, isCurrent: await cluster.isCurrent)
  }

  /// Forgets requests that are gone.
  private func forget(notIn state: ClusterState) {
    for key in Set(judgements.keys).union(announced.keys)
    where state.requests[key] == nil && state.faults[key] == nil {
      judgements[key] = nil
      causes[key] = nil
      homes[key] = nil
      announced[key] = nil
      timeouts[key] = nil
      contradictions.remove(key)
    }
  }

  /// How soon a change in the cluster is judged.
  private static let tick: Duration = .seconds(1)
  /// How long a state store, and a diagnosis, may take.
  static let patience: Duration = .seconds(30)
}

// MARK: The state stores

extension Controller {
  private func look(at view: ClusterFollower.View) async {
    guard await cluster.isCurrent else { return }
    let start = ContinuousClock.now
    do {
      let reading = try currentReading()
      let tips = await reading.tips(deadline: .now + Self.patience)
      let moved = await note(tips, reading)
      var keys = candidates(moved, view.state)
      while !keys.isEmpty, !Task.isCancelled {
        let batch = keys.prefix(batchSize)
        keys = keys.dropFirst(batch.count)
        let began = ContinuousClock.now
        await judge(Set(batch), view, reading, tips)
        adaptBatch(to: .now - began)
        await tell(view)
      }
      telemetry.looked(
        reading.names.reduce(into: [:]) { $0[$1] = outages[$1] == nil },
        took: .now - start, at: Date())
    } catch {
      await give(up: view, because: LandingError(error).description)
    }
  }

  /// Says of all requests that nothing is known: the state stores cannot be opened.
  private func give(up view: ClusterFollower.View, because problem: String) async {
    if problem != platformProblem { logger.error("the platform cannot be used: \(problem)") }
    platformProblem = problem
    let unknown = Judgement(.unknown, "PlatformUnusable", problem)
    await write(view.state.requests.mapValues { _ in unknown }, view)
  }

  /// Keeps batches between some seconds: what was found is known after each, and each must end in time.
  private func adaptBatch(to time: Duration) {
    if time > .seconds(8) { batchSize = max(10, batchSize / 2) }
    if time < .seconds(2) { batchSize = min(2000, batchSize * 2) }
  }

  /// The state stores of the platform as it is now.
  private func currentReading() throws -> StoreReading {
    let version = platform.version
    if let reading, reading.version == version { return reading.0 }
    reading = nil
    let settings = platform.settings
    let known = try settings.loadPlatform()
    let new = StoreReading(
      stores: try settings.openStateStores(of: known, endsSoon: false),
      names: try known.stateStoresToRead().map(\.name))
    reading = (new, version)
    platformProblem = nil
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
  private func candidates(
    _ moved: Set<StoreReading.Moved>?, _ state: ClusterState
  ) -> ArraySlice<RequestKey> {
    let first = pending
    pending = []
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
    _ keys: Set<RequestKey>, _ view: ClusterFollower.View, _ reading: StoreReading,
    _ tips: [String: Result<ObjectID?, LandingError>]
  ) async {
    let state = view.state
    let requests = keys.compactMap { state.requests[$0] }
    for key in keys where state.requests[key] == nil {
      judgements[key] = state.faults[key].map { Judgement(.unknown, "InvalidRequest", $0) }
    }
    let works = requests.flatMap { self.works(of: $0.key, in: state) }
    let answers = await reading.answers(
      to: requests, works: works, tips: tips, deadline: .now + Self.patience)
    var settled: [RequestKey: Judgement] = [:]
    var open: [(request: WatchedRequest, first: Judgement)] = []
    let now = Date()
    for request in requests {
      guard let answer = answers[request.key] else {
        settled[request.key] = Judgement(
          .unknown, "NotJudged", "no state store could be asked about it")
        continue
      }
      switch request.judged(
        by: sighting(answer, of: request.key), grace: options.grace.seconds, now: now)
      {
      case .none: judgements[request.key] = nil
      case .unchanged: break
      case .settled(let judgement):
        settled[request.key] = judgement
        causes[request.key] = nil
        contradictions.remove(request.key)
      case .needsCause(let first):
        if let known = causes[request.key], known.first == first, !known.isOpen {
          settled[request.key] = known.judgement
        } else {
          open.append((request, first))
        }
      }
    }
    for (key, judgement) in await withCauses(open, state) { settled[key] = judgement }
    await write(settled, view)
  }

  private func works(of key: RequestKey, in state: ClusterState) -> [Work] {
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
      timeouts[key] = nil
      if !report.placements.isEmpty { homes[key] = store }
      return .report(report)
    case .unreadable(let store, let error):
      guard error.outcome == .timedOut, outages[store] == nil else {
        let since = outages[store] ?? Date()
        outages[store] = since
        return .unreadable(error, since: since)
      }
      // A check that took too long says nothing of the store, which has just named its tip.
      let since = timeouts[key] ?? Date()
      timeouts[key] = since
      pending.insert(key)
      return .unreadable(error, since: since)
    }
  }
}

// MARK: Causes and writing

extension Controller {
  /// The judgements with their causes; one that turns out to be landed is left for the next look, and
  /// holds if that look finds the same.
  private func withCauses(
    _ open: [(request: WatchedRequest, first: Judgement)], _ state: ClusterState
  ) async -> [RequestKey: Judgement] {
    let search = CauseSearch(
      settings: platform.settings, reader: ClusterReader(client, deadline: .now + Self.patience))
    let questions = open.map { request, first in
      CauseSearch.Question(
        request: request, first: first, works: state.parts(.works, of: request.key),
        placements: state.parts(.placements, of: request.key))
    }
    var found = await search.judgements(on: questions)
    for (request, first) in open {
      if found[request.key] == nil, contradictions.insert(request.key).inserted {
        pending.insert(request.key)
        continue
      }
      contradictions.remove(request.key)
      let judgement = found[request.key] ?? first
      found[request.key] = judgement
      causes[request.key] = Cause(first: first, judgement: judgement, asked: .now)
    }
    return found
  }

  private func write(
    _ settled: [RequestKey: Judgement], _ view: ClusterFollower.View
  ) async {
    let now = Date()
    var entries: [ClusterWriter.Entry] = []
    for (key, judgement) in settled {
      let former = judgements.updateValue(judgement, forKey: key)
      guard let request = view.state.requests[key], let resource = view.resources[key.promise]
      else {
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
          works: view.state.parts(.works, of: key).compactMap(ObjectReference.init)))
    }
    guard !entries.isEmpty else { return }
    let failed = await writer.write(entries, deadline: .now + Self.patience * 4)
    pending.formUnion(failed)
    var written: [RequestKey: StatusCondition] = [:]
    for entry in entries where !failed.contains(entry.request.key) {
      written[entry.request.key] = entry.decision.condition
    }
    announced.merge(written) { $1 }
    if options.writesStatus { await cluster.remember(written) }
  }
}
